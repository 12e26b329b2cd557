from pydantic import BaseModel

from .types import LaxUrl


class C(BaseModel):
    url: LaxUrl
