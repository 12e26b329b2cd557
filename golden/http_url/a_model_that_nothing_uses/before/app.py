from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl
