"""Billing."""

from app.orders_interface import State


def invoice(order):
    order.state = State.PAID
