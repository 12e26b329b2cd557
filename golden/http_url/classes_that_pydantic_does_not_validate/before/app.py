import dataclasses
import enum
from typing import NamedTuple, Protocol, TypedDict

import attrs
import msgspec
from pydantic import BaseModel

LaxUrl = str


@dataclasses.dataclass
class A:
    url: LaxUrl = dataclasses.field(default="x")


class B(TypedDict):
    url: LaxUrl


class C(NamedTuple):
    url: LaxUrl


class D(Protocol):
    url: LaxUrl


@attrs.define
class E:
    url: LaxUrl


class F(msgspec.Struct):
    url: LaxUrl


class G:
    url: str  # TODO: HttpUrl


class H(enum.Enum):
    url: LaxUrl = "x"
