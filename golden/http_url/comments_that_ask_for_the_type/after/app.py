from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel, Field, HttpUrl

app = FastAPI()


class Link(BaseModel):
    a: HttpUrl
    b: Optional[HttpUrl] = None
    c: Optional[HttpUrl] = Field(
        default=None,
        description="where it is",
    )
    d: HttpUrl = Field(
        default=HttpUrl("https://example.com/d"),
        description="# TODO: HttpUrl",
    )
    e: Optional[HttpUrl] = None
    f: list[HttpUrl] = []
    # An address.
    g: HttpUrl  # shown below the name


@app.post("/")
def post(link: Link):
    pass
