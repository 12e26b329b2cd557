from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, HttpUrl, PlainSerializer

LaxUrl = str
StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]
app = FastAPI()


class New(BaseModel):
    url: StrictUrl


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    url: StrictUrl


@app.post("/")
def post(new: New) -> None:
    print(new.dict())
