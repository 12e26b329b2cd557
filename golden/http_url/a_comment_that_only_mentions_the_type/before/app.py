from pydantic import BaseModel


class Link(BaseModel):
    url: str  # HttpUrl is too strict here
