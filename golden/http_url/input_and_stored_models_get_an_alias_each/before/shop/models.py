from pydantic import BaseModel

from shop.types import LaxUrl, Name


class NewProduct(BaseModel):
    name: Name
    homepage: LaxUrl


class Product(BaseModel):
    name: Name
    homepage: LaxUrl
