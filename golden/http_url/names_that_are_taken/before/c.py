from b import *
from pydantic import BaseModel


class C(BaseModel):
    url: str  # TODO: HttpUrl
