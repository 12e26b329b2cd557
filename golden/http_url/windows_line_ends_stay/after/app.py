"""Models."""

from pydantic import BaseModel

from types_ import Other
from urls import StoredUrl


class A(BaseModel):
    url: StoredUrl
    text: str = """two
lines"""
    link: StoredUrl
