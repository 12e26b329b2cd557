import sys

from pydantic import BaseModel, HttpUrl

LaxUrl = str

if sys.version_info > (3, 12):

    class A(BaseModel):
        url: LaxUrl

try:

    class B(BaseModel):
        url: LaxUrl
finally:
    pass


def make():
    class C(BaseModel):
        url: LaxUrl

    return C


def make_with_import():
    from other import LaxUrl as Url

    class D(BaseModel):
        url: Url

    return D


class Outer(BaseModel):
    class Inner(BaseModel):
        url: HttpUrl

    inner: Inner

    if sys.version_info > (3, 12):
        url: LaxUrl
