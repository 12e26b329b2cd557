import shop.errors
from shop.stock import take


def sell(count: int) -> int:
    try:
        return take(count)
    except shop.errors.StockError:
        return 0
