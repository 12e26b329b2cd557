from pydantic import BaseModel

from lax import LaxUrl


class Old(BaseModel):
    url: LaxUrl

    class Config:
        orm_mode = True


class New(BaseModel):
    model_config = {"from_attributes": True}

    url: LaxUrl


class Heir(New):
    other: LaxUrl = "https://example.com"


class ByKeyword(BaseModel, from_attributes=True):
    url: LaxUrl
