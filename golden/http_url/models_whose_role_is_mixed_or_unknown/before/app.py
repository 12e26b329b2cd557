from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class Both(BaseModel):
    url: LaxUrl


class Unused(BaseModel):
    url: LaxUrl


class Inner(BaseModel):
    url: LaxUrl


class Outer(BaseModel):
    inner: "list[Inner]"


@app.post("/", response_model=Both)
def post(both: Both):
    return both


@app.get("/outer")
def outer() -> Outer:
    raise NotImplementedError


@app.put("/outer")
def put_outer(outer: Outer) -> None:
    pass
