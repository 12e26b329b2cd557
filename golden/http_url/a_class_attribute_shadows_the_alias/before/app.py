from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    LaxUrl = int
    url: LaxUrl
