from pydantic import BaseModel

from two import StoredUrl


class B(BaseModel):
    url: StoredUrl
