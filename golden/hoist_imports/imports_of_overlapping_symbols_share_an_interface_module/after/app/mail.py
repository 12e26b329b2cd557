from app._orders_state import is_paid


def send(order):
    return is_paid(order)
