# why

from framework.types import LaxUrl

from pydantic import BaseModel


class A(BaseModel):
    url: LaxUrl
