import enum

from app.billing import invoice


class State(enum.Enum):
    OPEN = 1
    PAID = 2


def place(order):
    invoice(order)
