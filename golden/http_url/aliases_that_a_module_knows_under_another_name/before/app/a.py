from pydantic import BaseModel

from app.types import LaxUrl as Url


class A(BaseModel):
    url: Url
