class ShopError(Exception):
    """Ours."""


class StockError(ShopError):
    """Sold out."""


def take(count: int) -> int:
    if count < 0:
        raise ShopError("negative")
    if count < 1:
        raise StockError("none")
    return count


def sell(count: int) -> int:
    try:
        return take(count)
    except Exception:
        return 0
