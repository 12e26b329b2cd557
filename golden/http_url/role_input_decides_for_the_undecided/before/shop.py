from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class Both(BaseModel):
    url: LaxUrl


class Unused(BaseModel):
    url: LaxUrl


@app.post("/", response_model=Both)
def post(both: Both) -> Both:
    return both
