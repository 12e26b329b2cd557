from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
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

router = APIRouter()


class Filter(BaseModel):
    a: HttpUrl


class Nested(BaseModel):
    b: HttpUrl


class Wrapper(BaseModel):
    nested: list[Nested]


class Answer(BaseModel):
    c: StoredUrl


class Params(BaseModel):
    d: HttpUrl


class Child(Answer):
    e: StoredUrl


class ByFunction(BaseModel):
    f: HttpUrl


def parse(by_function: ByFunction = Body()):
    return by_function


@router.get("/", response_model=list[Answer])
async def read(
    filter: Annotated[Filter, Query()],
    wrapper: Wrapper,
    params: Params = Depends(),
    parsed: object = Depends(parse),
):
    return []


@router.patch("/x")
async def patch() -> "dict[str, Child]":
    return {}
