from typing import Annotated

from pydantic import AnyHttpUrl, BaseModel, HttpUrl, PlainSerializer

StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]


class A(BaseModel):
    a: HttpUrl  # TODO: HttpUrl everywhere
    b: StrictUrl | None = None
    c: AnyHttpUrl  # TODO: HttpUrl
