from typing import Optional

from pydantic import BaseModel, Field

from shop.types import LaxUrl


class NewProduct(BaseModel):
    name: str
    homepage: LaxUrl
    picture: Optional[LaxUrl] = Field(default=None, description="a picture of it")
