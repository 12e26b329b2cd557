from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl


def find(links, url):
    return [link for link in links if link.url == url]
