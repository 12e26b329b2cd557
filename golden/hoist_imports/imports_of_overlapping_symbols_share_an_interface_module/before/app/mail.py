def send(order):
    from app.orders import is_paid

    return is_paid(order)
