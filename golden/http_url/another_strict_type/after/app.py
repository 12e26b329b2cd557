from fastapi import FastAPI
from pydantic import AnyHttpUrl, BaseModel

app = FastAPI()


class Link(BaseModel):
    url: AnyHttpUrl
    mirror: AnyHttpUrl | None = None
    other: str | None = None  # TODO: HttpUrl


@app.post("/")
def post(link: Link):
    pass
