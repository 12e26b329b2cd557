from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl, PlainSerializer

app = FastAPI()

_StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]


class Link(BaseModel):
    url: _StrictUrl


@app.post("/")
def post(link: Link):
    return link.model_dump()
