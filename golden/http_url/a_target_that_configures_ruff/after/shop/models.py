import json

from pydantic import BaseModel, HttpUrl

from shop.types import StoredUrl

oddly  =  [ json ]


class Product(BaseModel):
    homepage: StoredUrl
    a_rather_long_name_of_a_field_of_this_model: StoredUrl | None = HttpUrl(
        "https://example.com/and/a/long"
    )
