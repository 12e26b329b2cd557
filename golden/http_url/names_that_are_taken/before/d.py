from pydantic import BaseModel

LaxUrl = str


class D(BaseModel):
    HttpUrl: int = 1
    StoredUrl: int = 1
    url: LaxUrl
