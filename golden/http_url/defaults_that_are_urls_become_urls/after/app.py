from fastapi import FastAPI
from pydantic import BaseModel, Field, HttpUrl

LaxUrl = str
app = FastAPI()


class Link(BaseModel):
    a: HttpUrl = HttpUrl("https://example.com")
    b: HttpUrl | None = Field(HttpUrl("http://localhost:8080/x"), description="http://localhost:8080/x")
    c: HttpUrl = Field(description="https://example.com/c", default=HttpUrl("https://example.com/c"))
    d: HttpUrl = HttpUrl("https://example.com/a/long/path" "/in/parts")
    e: HttpUrl = HttpUrl(
        "https://example.com/"
        "e"
    )
    f: HttpUrl = HttpUrl("https://example.com/f")


@app.post("/")
def post(link: Link):
    pass
