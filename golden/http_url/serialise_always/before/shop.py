from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

LaxUrl = str
app = FastAPI()


class New(BaseModel):
    url: LaxUrl


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    url: LaxUrl


@app.post("/")
def post(new: New) -> None:
    pass
