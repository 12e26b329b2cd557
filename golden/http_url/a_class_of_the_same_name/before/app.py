from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class LaxUrl(str):
    """No alias: a class with behaviour of its own."""


class Link(BaseModel):
    url: LaxUrl
    urls: list[LaxUrl] = []


@app.post("/")
def post(link: Link):
    pass
