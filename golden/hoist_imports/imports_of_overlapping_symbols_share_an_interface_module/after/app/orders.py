"""Orders."""

from app._orders_state import PAID as PAID, State as State, is_paid as is_paid
from app.billing import invoice
from app.mail import send


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
