import two
from one import StoredUrl
from pydantic import BaseModel
from two import LaxUrl as Other


class A(BaseModel):
    url: StoredUrl
    other: Other
    third: two.StoredUrl
