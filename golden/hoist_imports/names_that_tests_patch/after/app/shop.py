import app.store
from app.store import drop


def sell(name):
    from app.store import save

    return save(name), app.store


def buy(name):
    from app.store import load

    return load(name)


def lose(name):
    return drop(name)
