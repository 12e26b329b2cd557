from pydantic import BaseModel


class Link(BaseModel):
    LaxUrl: str = "x"
