"""Models."""

from pydantic import BaseModel

from types_ import Other
from urls import LaxUrl


class A(BaseModel):
    url: LaxUrl
    text: str = """two
lines"""
    link: str  # TODO: HttpUrl
