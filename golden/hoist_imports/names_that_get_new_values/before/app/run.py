import app.state


def show():
    from app.state import current, start

    start(1)
    return current, app.state


def most():
    from app.state import limit

    return limit


def measure():
    from app.state import size

    return size
