from pydantic import BaseModel, ConfigDict

from shop.types import StoredUrl


class Product(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    homepage: StoredUrl
    picture: StoredUrl | None = None


def row(product: Product) -> dict[str, object]:
    return product.model_dump(exclude_unset=True)
