from typing import Annotated

from fastapi import FastAPI
from pydantic import (
    BaseModel,
    ConfigDict,
    HttpUrl,
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


StoredUrl = Annotated[HttpUrl, WrapValidator(_keep_stored_url)]

app = FastAPI()


class New(BaseModel):
    url: HttpUrl


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    url: StoredUrl


@app.post("/")
def post(new: New) -> None:
    print(new.model_dump())
