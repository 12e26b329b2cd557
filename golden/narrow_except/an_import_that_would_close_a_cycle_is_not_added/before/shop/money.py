def check(count: int) -> None:
    from shop.stock import StockError

    if count < 1:
        raise StockError("none")
