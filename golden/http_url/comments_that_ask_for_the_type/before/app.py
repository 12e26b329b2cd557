from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class Link(BaseModel):
    a: str  # TODO: HttpUrl
    # TODO: use HttpUrl
    b: Optional[str] = None
    c: Optional[str] = Field(
        default=None,
        description="where it is",
    )  # FIXME(anna): should be pydantic.HttpUrl
    d: str = Field(
        # XXX make it a HttpUrl
        default="https://example.com/d",
        description="# TODO: HttpUrl",
    )
    e: Optional[str] = None  # should be an HttpUrl
    f: list[str] = []  # TODO: `HttpUrl`.
    # An address.
    # TODO: HttpUrl
    g: str  # shown below the name


@app.post("/")
def post(link: Link):
    pass
