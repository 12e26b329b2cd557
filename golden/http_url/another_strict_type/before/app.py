from fastapi import FastAPI
from pydantic import BaseModel

from lax import LaxUrl

app = FastAPI()


class Link(BaseModel):
    url: LaxUrl
    mirror: str | None = None  # TODO: AnyHttpUrl
    other: str | None = None  # TODO: HttpUrl


@app.post("/")
def post(link: Link):
    pass
