from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class Links(BaseModel):
    a: "LaxUrl"
    b: "Optional[LaxUrl]" = None
    c: Optional["LaxUrl"] = None
    d: 'list[LaxUrl] | None' = None
    e: "NotLaxUrl"
    f: "str" = "LaxUrl"


NotLaxUrl = str


@app.post("/")
def post(links: "Links"):
    pass
