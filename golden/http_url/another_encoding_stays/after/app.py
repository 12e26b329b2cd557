# -*- coding: latin-1 -*-
from pydantic import BaseModel, HttpUrl

LaxUrl = str
NAME = "café"


class A(BaseModel):
    url: HttpUrl  # naïve
