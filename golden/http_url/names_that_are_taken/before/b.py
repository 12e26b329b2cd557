from pydantic import BaseModel

LaxUrl = str


class HttpUrl(BaseModel):
    a: int


class B(BaseModel):
    url: LaxUrl
