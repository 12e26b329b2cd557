"""What customers see."""


def show(name):  # the store itself looks it up
    from app.store import load

    return load(name)


def drop_it(name):  # somebody else imports it late, too
    from app.store import drop

    return drop(name)


def count_it(name):  # it is an attribute for somebody
    from app.store import count

    return count(name)


def find_it(name):  # one target is no plain string
    from app.store import find

    return find(name)


def ship_it(name):  # an object is given
    from app.store import ship

    return ship(name)
