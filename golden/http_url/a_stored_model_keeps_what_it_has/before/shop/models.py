from pydantic import BaseModel, ConfigDict

from shop.types import LaxUrl


class Product(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    homepage: LaxUrl
    picture: LaxUrl | None = None


def row(product: Product) -> dict[str, object]:
    return product.model_dump(exclude_unset=True)
