from shop.errors import StockError
from shop.stock import take


def sell(count: int) -> int:
    try:
        return take(count)
    except StockError:
        return 0
