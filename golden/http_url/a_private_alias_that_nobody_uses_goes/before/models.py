from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, BeforeValidator

app = FastAPI()

_LaxUrl = Annotated[str, BeforeValidator(str.strip)]


class Link(BaseModel):
    url: _LaxUrl


@app.post("/")
def post(link: Link):
    return link.model_dump()
