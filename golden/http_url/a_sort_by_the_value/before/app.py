from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl


def ordered(links):
    return sorted(links, key=lambda link: link.url)
