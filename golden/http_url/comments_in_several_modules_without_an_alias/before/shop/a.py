from pydantic import BaseModel


class A(BaseModel):
    url: str  # TODO: HttpUrl
