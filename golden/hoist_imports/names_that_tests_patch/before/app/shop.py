import app.store


def sell(name):
    from app.store import save

    return save(name), app.store


def buy(name):
    from app.store import load

    return load(name)


def lose(name):
    from app.store import drop

    return drop(name)
