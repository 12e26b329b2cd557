from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

LaxUrl = str
app = FastAPI()


class Both(BaseModel):
    url: HttpUrl


class Unused(BaseModel):
    url: HttpUrl


@app.post("/", response_model=Both)
def post(both: Both) -> Both:
    return both
