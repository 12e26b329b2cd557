from fastapi import FastAPI
from framework import Schema
from pydantic import HttpUrl

LaxUrl = str
app = FastAPI()


class New(Schema):
    url: HttpUrl


@app.post("/")
def post(new: New) -> None:
    pass
