"""Orders."""

import enum

from app.billing import invoice

PAID = 2


class State(enum.Enum):
    OPEN = 1
    PAID = 2

    def number(self):
        return PAID


def renumber(number):
    global PAID
    PAID = number


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
