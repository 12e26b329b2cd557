from pydantic import BaseModel

from conditional import LaxUrl


class B(BaseModel):
    url: LaxUrl
