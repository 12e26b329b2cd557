from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class New(BaseModel):
    url: LaxUrl


@app.post("/")
def post(new: New) -> None:
    pass
