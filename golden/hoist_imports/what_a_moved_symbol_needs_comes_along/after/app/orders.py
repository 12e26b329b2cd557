"""Orders."""

from __future__ import annotations

import json  # the standard one
from typing import TYPE_CHECKING

from app._orders_state import FIRST as FIRST, Label as Label, State as State
from app.billing import invoice

if TYPE_CHECKING:
    from collections.abc import Sequence


def place(order):
    invoice(order)


def place_all(orders):
    for order in orders:
        place(order)


def cancel(order):
    order.state = None


def cancel_all(orders):
    for order in orders:
        cancel(order)


def count(orders):
    total = 0
    for order in orders:
        total += order.number
    return total
