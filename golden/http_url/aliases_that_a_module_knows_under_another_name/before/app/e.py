from pydantic import BaseModel

from .types import *


class E(BaseModel):
    url: LaxUrl
