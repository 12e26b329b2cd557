from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

app = FastAPI()


class Link(BaseModel):
    url: HttpUrl


class OptionalLink(Link):
    url: Optional[HttpUrl] = None
    title: str


class TitledLink(Link):
    title: str


@app.post("/")
def post(link: Link, other: OptionalLink, third: TitledLink):
    pass
