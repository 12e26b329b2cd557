from pydantic import BaseModel

LaxUrl = str


class A(BaseModel):
    url: f"LaxUrl"  # TODO: HttpUrl
