class StockError(Exception):
    """Sold out."""

    def __init__(self) -> None:
        raise LookupError("no name")


def take() -> None:
    raise StockError


def sell() -> None:
    try:
        take()
    except Exception:
        return
