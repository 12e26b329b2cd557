"""Orders."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.billing import invoice

if TYPE_CHECKING:
    from app.words import Word


@dataclass
class State:
    PAID: "Word"


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
