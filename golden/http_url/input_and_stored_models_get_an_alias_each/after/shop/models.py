from pydantic import BaseModel

from shop.types import Name, StoredUrl, StrictUrl


class NewProduct(BaseModel):
    name: Name
    homepage: StrictUrl


class Product(BaseModel):
    name: Name
    homepage: StoredUrl
