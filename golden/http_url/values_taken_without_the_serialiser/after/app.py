import dataclasses
from typing import Annotated

from pydantic import (
    BaseModel,
    HttpUrl,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.dataclasses import dataclass

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


class A(BaseModel):
    url: LaxUrl


class B(BaseModel):
    link: LaxUrl


@dataclass
class C:
    address: LaxUrl


class D(BaseModel):
    place: LaxUrl

    def raw(self):
        return vars(self)


class E(BaseModel):
    fine: StoredUrl


def use(a: A, b: B, things: list, other: dict):
    return dict(a), b.__dict__, [dataclasses.asdict(thing) for thing in things], dict(other)
