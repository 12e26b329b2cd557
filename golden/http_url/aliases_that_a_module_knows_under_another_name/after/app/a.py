from pydantic import BaseModel

from app.types import StoredUrl


class A(BaseModel):
    url: StoredUrl
