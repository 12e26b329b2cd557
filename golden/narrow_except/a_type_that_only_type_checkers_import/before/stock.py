from errors import StockError


def take(count: int) -> int:
    if count < 1:
        raise StockError("none")
    return count
