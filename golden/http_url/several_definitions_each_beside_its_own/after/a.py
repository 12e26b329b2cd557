from pydantic import BaseModel

from one import StoredUrl


class A(BaseModel):
    url: StoredUrl
