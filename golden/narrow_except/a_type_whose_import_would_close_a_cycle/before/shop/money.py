import shop.stock


def check(count: int) -> int:
    if count < 1:
        raise shop.stock.StockError("none")
    return count
