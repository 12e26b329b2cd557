from typing import Optional

from pydantic import BaseModel, HttpUrl

LaxUrl = Optional[str]


class A(BaseModel):
    url: LaxUrl
