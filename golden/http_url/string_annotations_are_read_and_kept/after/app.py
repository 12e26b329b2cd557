from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

LaxUrl = str
app = FastAPI()


class Links(BaseModel):
    a: "HttpUrl"
    b: "Optional[HttpUrl]" = None
    c: Optional["HttpUrl"] = None
    d: 'list[HttpUrl] | None' = None
    e: "NotLaxUrl"
    f: "str" = "LaxUrl"


NotLaxUrl = str


@app.post("/")
def post(links: "Links"):
    pass
