from pydantic import BaseModel, HttpUrl

LaxUrl = str


class A(BaseModel):
    url: HttpUrl
