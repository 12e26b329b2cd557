import pydantic.dataclasses
from fastapi import FastAPI
from pydantic import HttpUrl
from pydantic.dataclasses import dataclass

app = FastAPI()


@dataclass(frozen=True)
class Link:
    url: HttpUrl
    title: str = ""


@pydantic.dataclasses.dataclass
class Bookmark:
    link: Link
    url: HttpUrl | None = None


@app.post("/")
def post(link: Bookmark):
    pass
