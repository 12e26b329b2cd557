import two
from one import LaxUrl
from pydantic import BaseModel
from two import LaxUrl as Other


class A(BaseModel):
    url: LaxUrl
    other: Other
    third: two.LaxUrl
