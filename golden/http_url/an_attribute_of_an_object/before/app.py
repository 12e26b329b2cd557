from pydantic import BaseModel


class Types:
    LaxUrl = str


types = Types()


class Link(BaseModel):
    url: types.LaxUrl
