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


class Both(BaseModel):
    url: StoredUrl


class Unused(BaseModel):
    url: StoredUrl


@app.post("/", response_model=Both)
def post(both: Both) -> Both:
    return both
