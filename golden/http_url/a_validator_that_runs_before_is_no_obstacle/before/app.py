from fastapi import FastAPI
from pydantic import BaseModel, field_validator, model_validator

LaxUrl = str
app = FastAPI()


class Link(BaseModel):
    url: LaxUrl | None = None

    @field_validator("url", mode="before")
    @classmethod
    def none_for_empty(cls, value):
        return value or None

    @model_validator(mode="before")
    @classmethod
    def rename(cls, values):
        values["url"] = values.pop("address", None)
        return values


@app.post("/")
def post(link: Link):
    pass
