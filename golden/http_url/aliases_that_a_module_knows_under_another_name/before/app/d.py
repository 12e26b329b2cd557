from pydantic import BaseModel

from app.types import (
    LaxUrl,  # anything goes
    Other,  # a number
)


class D(BaseModel):
    url: LaxUrl
    other: Other
