"""Orders."""

import enum

from app.billing import invoice
from app.mail import send

PAID = 2


class State(enum.Enum):
    OPEN = 1
    PAID = PAID


def is_paid(order):
    return order.state == PAID


def place(order):
    invoice(order)
    send(order)


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
