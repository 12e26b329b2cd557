from pydantic import BaseModel

from .types import *
from .types import StoredUrl


class E(BaseModel):
    url: StoredUrl
