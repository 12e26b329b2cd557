from shop import errors


def take(count: int) -> int:
    if count < 1:
        raise errors.StockError("none")
    return count - 1
