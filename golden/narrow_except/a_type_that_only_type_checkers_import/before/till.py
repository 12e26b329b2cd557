from __future__ import annotations

from typing import TYPE_CHECKING

from stock import take

if TYPE_CHECKING:
    from errors import StockError


def sell(count: int, last: StockError | None = None) -> int:
    try:
        return take(count)
    except Exception:
        return 0
