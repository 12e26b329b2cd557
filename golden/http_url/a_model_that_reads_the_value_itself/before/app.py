from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl

    def host(self):
        return self.url.partition("/")
