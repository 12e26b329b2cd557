"""Models."""

from pydantic import BaseModel

import json
import os


class A(BaseModel):
    link: str  # TODO: HttpUrl
