from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

LaxUrl = str
app = FastAPI()


class New(BaseModel):
    url: LaxUrl
    text: LaxUrl
    real: LaxUrl


class Stored(BaseModel):
    url: LaxUrl
    text: str
    real: HttpUrl


class Row(BaseModel):
    back: LaxUrl


class Again(BaseModel):
    back: LaxUrl


@app.post("/")
def post(new: New, again: Again) -> Stored:
    return Stored(url=new.url, text=new.text, real=new.real)


@app.get("/")
def get() -> Row:
    row = Row(back="x")
    Again(back=row.back)
    return row
