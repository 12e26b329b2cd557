from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl


def save(link: Link, row):
    row.url = link.url
