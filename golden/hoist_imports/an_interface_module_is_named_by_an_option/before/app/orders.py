"""Orders."""

import enum

from app.billing import invoice


class State(enum.Enum):
    OPEN = 1
    PAID = 2


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
