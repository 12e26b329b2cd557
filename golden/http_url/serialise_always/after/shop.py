from typing import Annotated

from fastapi import FastAPI
from pydantic import (
    BaseModel,
    ConfigDict,
    HttpUrl,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

LaxUrl = str
StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]


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
    url: StrictUrl


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    url: StoredUrl


@app.post("/")
def post(new: New) -> None:
    pass
