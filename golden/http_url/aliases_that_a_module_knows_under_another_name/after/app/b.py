from pydantic import BaseModel

from . import types
from .types import Other


class B(BaseModel):
    url: types.StoredUrl
    other: Other
