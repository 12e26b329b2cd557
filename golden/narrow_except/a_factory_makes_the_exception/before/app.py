class StockError(Exception):
    """Sold out."""


def sold_out(name: str) -> StockError:
    return StockError(name)


def take(name: str) -> str:
    if not name:
        raise sold_out(name)
    return name


def sell(name: str) -> str:
    try:
        return take(name)
    except Exception:
        return ""
