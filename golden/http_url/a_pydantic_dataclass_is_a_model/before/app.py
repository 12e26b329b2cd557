import pydantic.dataclasses
from fastapi import FastAPI
from pydantic.dataclasses import dataclass

from lax import LaxUrl

app = FastAPI()


@dataclass(frozen=True)
class Link:
    url: LaxUrl
    title: str = ""


@pydantic.dataclasses.dataclass
class Bookmark:
    link: Link
    url: LaxUrl | None = None


@app.post("/")
def post(link: Bookmark):
    pass
