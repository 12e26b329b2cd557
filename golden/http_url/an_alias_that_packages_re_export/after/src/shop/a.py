from shop.common.types import StrictUrl
from pydantic import BaseModel


class A(BaseModel):
    url: StrictUrl
