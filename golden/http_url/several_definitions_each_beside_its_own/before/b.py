from pydantic import BaseModel

from two import LaxUrl


class B(BaseModel):
    url: LaxUrl
