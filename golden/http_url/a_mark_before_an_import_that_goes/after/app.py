from typing import Annotated

from pydantic import BaseModel, HttpUrl, PlainSerializer

LaxUrl = str

StrictUrl = Annotated[HttpUrl, PlainSerializer(str, return_type=str)]


class A(BaseModel):
    url: StrictUrl
