"""Orders."""

from __future__ import annotations

import enum
import json  # the standard one
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.billing import invoice

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = 1
"""The number of the first state."""


# What the customer sees.
@dataclass
class Label:
    """A text."""

    text: str  # never empty
    others: Sequence[Label] = ()


# How far an order has come.
class State(enum.Enum):
    OPEN = FIRST
    PAID = 2

    def label(self) -> Label:
        return Label(json.dumps(self.name))
        # the end of it


State.shown = True


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
