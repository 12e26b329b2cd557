from pydantic import BaseModel

LaxUrlText = str


class Link(BaseModel):
    url: LaxUrlText
