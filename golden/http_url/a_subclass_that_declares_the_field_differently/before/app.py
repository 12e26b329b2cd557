from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class Link(BaseModel):
    url: LaxUrl
    other: LaxUrl


class FileLink(Link):
    url: str


@app.post("/")
def post(link: Link):
    pass
