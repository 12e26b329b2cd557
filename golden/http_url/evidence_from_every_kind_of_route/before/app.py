from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel

LaxUrl = str
router = APIRouter()


class Filter(BaseModel):
    a: LaxUrl


class Nested(BaseModel):
    b: LaxUrl


class Wrapper(BaseModel):
    nested: list[Nested]


class Answer(BaseModel):
    c: LaxUrl


class Params(BaseModel):
    d: LaxUrl


class Child(Answer):
    e: LaxUrl


class ByFunction(BaseModel):
    f: LaxUrl


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
