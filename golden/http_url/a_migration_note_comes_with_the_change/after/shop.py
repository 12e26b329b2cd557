from fastapi import FastAPI
from pydantic import BaseModel, HttpUrl

LaxUrl = str
app = FastAPI()


class New(BaseModel):
    url: HttpUrl


@app.post("/")
def post(new: New) -> None:
    pass
