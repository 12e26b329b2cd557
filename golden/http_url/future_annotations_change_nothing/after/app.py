from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

app = FastAPI()


class Links(BaseModel):
    a: HttpUrl
    b: HttpUrl | None = None


@app.post("/")
def post(links: Links):
    pass
