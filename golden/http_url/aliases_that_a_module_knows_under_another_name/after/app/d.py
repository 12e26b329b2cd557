from pydantic import BaseModel

from app.types import (
    LaxUrl,  # anything goes
    Other,  # a number
    StoredUrl,
)


class D(BaseModel):
    url: StoredUrl
    other: Other
