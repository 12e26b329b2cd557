from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel

from lax import LaxUrl

app = FastAPI()


class Links(BaseModel):
    a: LaxUrl
    b: LaxUrl | None = None


@app.post("/")
def post(links: Links):
    pass
