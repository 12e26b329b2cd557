from fastapi import APIRouter

from shop.models import NewProduct, Product
from shop.tables import insert

router = APIRouter()


@router.post("/products", response_model=Product)
def create_product(product: NewProduct) -> Product:
    return insert(product.model_dump())


@router.get("/products")
def list_products() -> list[Product]:
    return []
