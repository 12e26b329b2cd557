from fastapi import APIRouter

from shop.models import NewProduct

router = APIRouter()


@router.post("/products")
def create_product(product: NewProduct) -> None:
    print(product.name)
