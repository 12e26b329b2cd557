from pydantic import BaseModel

from one import LaxUrl


class A(BaseModel):
    url: LaxUrl
