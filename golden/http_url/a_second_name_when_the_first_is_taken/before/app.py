from pydantic import BaseModel

LaxUrl = str
StoredUrl = int


class A(BaseModel):
    url: LaxUrl
