from fastapi import FastAPI
from pydantic import BaseModel, Field

LaxUrl = str
app = FastAPI()


class Link(BaseModel):
    a: LaxUrl = "https://example.com"
    b: LaxUrl | None = Field("http://localhost:8080/x", description="http://localhost:8080/x")
    c: LaxUrl = Field(description="https://example.com/c", default="https://example.com/c")
    d: LaxUrl = "https://example.com/a/long/path" "/in/parts"
    e: LaxUrl = (
        "https://example.com/"
        "e"
    )
    f: LaxUrl = ("https://example.com/f")


@app.post("/")
def post(link: Link):
    pass
