from pydantic import BaseModel

LaxUrl = str


class A(BaseModel):
    url: LaxUrl
