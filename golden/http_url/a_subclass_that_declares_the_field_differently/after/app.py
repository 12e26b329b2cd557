from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

LaxUrl = str
app = FastAPI()


class Link(BaseModel):
    url: LaxUrl
    other: HttpUrl


class FileLink(Link):
    url: str


@app.post("/")
def post(link: Link):
    pass
