"""Billing."""


def invoice(order):
    from .orders import State

    order.state = State.PAID
