from fastapi import FastAPI
from framework import Schema

LaxUrl = str
app = FastAPI()


class New(Schema):
    url: LaxUrl


@app.post("/")
def post(new: New) -> None:
    pass
