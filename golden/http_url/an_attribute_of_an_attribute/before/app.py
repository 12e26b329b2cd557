from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl


class Job:
    def __init__(self, link: Link):
        self.link = link

    def run(self):
        return self.link.url.lower()
