from typing import Optional

from pydantic import BaseModel, Field, HttpUrl


class NewProduct(BaseModel):
    name: str
    homepage: HttpUrl
    picture: Optional[HttpUrl] = Field(default=None, description="a picture of it")
