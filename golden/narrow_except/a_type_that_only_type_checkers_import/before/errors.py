class StockError(Exception):
    """Sold out."""
