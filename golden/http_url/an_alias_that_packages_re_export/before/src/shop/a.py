import shop
from pydantic import BaseModel


class A(BaseModel):
    url: shop.Url
