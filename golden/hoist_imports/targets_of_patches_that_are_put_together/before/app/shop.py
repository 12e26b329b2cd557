import app.store


def buy(name):
    from app.store import load

    return load(name), app.store


def sell(name):
    from app.store import save

    return save(name)


def lose(name):
    from app.store import drop

    return drop(name)


def seek(name):
    from app.store import find

    return find(name)


def send(name):
    from app.store import move

    return move(name)


def hold(name):
    from app.store import keep

    return keep(name)
