from lax import LaxUrl
from pydantic import BaseModel


class Link(BaseModel):
    url: str
