from typing import Annotated

from annotated_types import MaxLen
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    StringConstraints,
    field_serializer,
    field_validator,
    model_validator,
)

LaxUrl = str


def check(value):
    return value


class Link(BaseModel):
    a: LaxUrl = Field(max_length=10)
    b: Annotated[LaxUrl, StringConstraints(strip_whitespace=True)]
    c: Annotated[LaxUrl, MaxLen(10)]
    d: Annotated[LaxUrl, AfterValidator(check)]
    e: LaxUrl
    f: LaxUrl
    g: LaxUrl
    h: LaxUrl
    i: LaxUrl

    @field_validator("e")
    @classmethod
    def check_e(cls, value):
        return value.strip()

    @field_serializer("f", "other")
    def plain(self, value):
        return value.lower()

    check_g = field_validator("g")(check)

    @field_validator("other", check_fields=False)
    @classmethod
    def check_other(cls, value, info):
        return info.data["h"].lower()

    @model_validator(mode="after")
    def check_all(self):
        self.i.lower()
        return self


class Sub(Link):
    @field_validator("*", mode="wrap")
    @classmethod
    def check_any(cls, value, handler):
        return handler(value).lower()
