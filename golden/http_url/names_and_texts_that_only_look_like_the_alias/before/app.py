"""LaxUrl is mentioned here."""
from pydantic import BaseModel

# LaxUrl: HttpUrl would be better
TEXT = "url: LaxUrl"


class Link(BaseModel):
    url: str = "LaxUrl"
    LaxUrl: str = ""
    other: "NotLaxUrl" = ""


NotLaxUrl = str


def convert(LaxUrl):
    url: LaxUrl = LaxUrl("x")
    return f"{LaxUrl} {url}"


def local():
    LaxUrl = str
    return LaxUrl("x")


class Namespace:
    LaxUrl = int

    def use(self, x: int):
        return self.LaxUrl(x)
