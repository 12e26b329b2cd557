# -*- coding: latin-1 -*-
from pydantic import BaseModel

LaxUrl = str
NAME = "café"


class A(BaseModel):
    url: LaxUrl  # naïve
