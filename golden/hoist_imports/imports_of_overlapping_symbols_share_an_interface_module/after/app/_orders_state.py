"""What app.orders shares with modules that it imports itself."""

import enum

PAID = 2


class State(enum.Enum):
    OPEN = 1
    PAID = PAID


def is_paid(order):
    return order.state == PAID
