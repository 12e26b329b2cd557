class ShopError(Exception):
    """Ours."""


class StockError(ShopError):
    """Sold out."""
