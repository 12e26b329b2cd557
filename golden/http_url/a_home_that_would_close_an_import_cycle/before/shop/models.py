from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from shop.types import LaxUrl


class Product(BaseModel):
    url: "LaxUrl"
