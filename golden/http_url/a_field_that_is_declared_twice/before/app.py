from pydantic import BaseModel

LaxUrl = str


class A(BaseModel):
    url: '"LaxUrl"'
    url: "LaxUrl"


class B(BaseModel):
    url: LaxUrl
    url: LaxUrl = "https://example.com"
