import dataclasses

from pydantic import BaseModel
from pydantic.dataclasses import dataclass

LaxUrl = str


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
    fine: LaxUrl


def use(a: A, b: B, things: list, other: dict):
    return dict(a), b.__dict__, [dataclasses.asdict(thing) for thing in things], dict(other)
