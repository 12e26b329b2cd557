import json

from pydantic import BaseModel

from shop.types import LaxUrl

oddly  =  [ json ]


class Product(BaseModel):
    homepage: LaxUrl
    a_rather_long_name_of_a_field_of_this_model: LaxUrl | None = "https://example.com/and/a/long"
