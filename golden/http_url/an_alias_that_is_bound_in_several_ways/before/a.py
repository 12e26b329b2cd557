from pydantic import BaseModel

try:
    from .good import LaxUrl
except ImportError:
    LaxUrl = str


class A(BaseModel):
    url: LaxUrl


class B(BaseModel):
    url: "list[LaxUrl]"
