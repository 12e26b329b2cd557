from pydantic import BaseModel

from home import LaxUrl


class A(BaseModel):
    url: LaxUrl
