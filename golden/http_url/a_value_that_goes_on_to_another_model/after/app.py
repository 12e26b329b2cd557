from typing import Annotated

from fastapi import FastAPI
from pydantic import (
    BaseModel,
    HttpUrl,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

LaxUrl = str


def _keep_stored_url(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """Normalise what HttpUrl accepts and hand out any other stored string unchanged."""
    try:
        return validate(value)
    except ValidationError:
        if isinstance(value, str):
            return value
        raise


StoredUrl = Annotated[
    HttpUrl, WrapValidator(_keep_stored_url), PlainSerializer(str, return_type=str)
]

app = FastAPI()


class New(BaseModel):
    url: HttpUrl
    text: LaxUrl
    real: HttpUrl


class Stored(BaseModel):
    url: StoredUrl
    text: str
    real: HttpUrl


class Row(BaseModel):
    back: LaxUrl


class Again(BaseModel):
    back: HttpUrl


@app.post("/")
def post(new: New, again: Again) -> Stored:
    return Stored(url=new.url, text=new.text, real=new.real)


@app.get("/")
def get() -> Row:
    row = Row(back="x")
    Again(back=row.back)
    return row
