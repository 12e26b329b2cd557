from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel

from lax import LaxUrl

app = FastAPI()


class Link(BaseModel):
    url: LaxUrl


class OptionalLink(Link):
    url: Optional[LaxUrl] = None
    title: str


class TitledLink(Link):
    title: str


@app.post("/")
def post(link: Link, other: OptionalLink, third: TitledLink):
    pass
