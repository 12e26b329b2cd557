from pydantic import BaseModel
from shop.common import LaxUrl, Name


class B(BaseModel):
    name: Name
    url: LaxUrl
