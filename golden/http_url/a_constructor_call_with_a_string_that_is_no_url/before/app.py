from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class New(BaseModel):
    url: LaxUrl


class Stored(BaseModel):
    address: LaxUrl


@app.post("/")
def post(new: New) -> Stored:
    return Stored(address="logo.png")


def test_post():
    post(New(url="logo.png"))
