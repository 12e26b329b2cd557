from pydantic import BaseModel
from shop.common import Name
from shop.common.types import StrictUrl


class B(BaseModel):
    name: Name
    url: StrictUrl
