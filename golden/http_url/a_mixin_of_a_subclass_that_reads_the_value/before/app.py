from pydantic import BaseModel

LaxUrl = str


class Named:
    pass


class Shown(Named):
    def show(self):
        return self.url + "/"


class Link(BaseModel):
    url: LaxUrl


class ShownLink(Link, Shown):
    pass
