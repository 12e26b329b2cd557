from pydantic import BaseModel


class Link(BaseModel):
    kind: str = "LaxUrl"
