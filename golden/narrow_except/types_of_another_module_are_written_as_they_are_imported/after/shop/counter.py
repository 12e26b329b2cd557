from shop.errors import StockError as Empty
from shop.stock import take


def sell(count: int) -> int:
    try:
        return take(count)
    except Empty:
        return 0


def refund(count: int) -> None:
    if count < 0:
        raise Empty("none")
