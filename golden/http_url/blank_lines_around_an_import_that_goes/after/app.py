# why

from pydantic import BaseModel, HttpUrl


class A(BaseModel):
    url: HttpUrl
