from pydantic import BaseModel, HttpUrl

from lax import StoredUrl


class Old(BaseModel):
    url: StoredUrl

    class Config:
        orm_mode = True


class New(BaseModel):
    model_config = {"from_attributes": True}

    url: StoredUrl


class Heir(New):
    other: StoredUrl = HttpUrl("https://example.com")


class ByKeyword(BaseModel, from_attributes=True):
    url: StoredUrl
