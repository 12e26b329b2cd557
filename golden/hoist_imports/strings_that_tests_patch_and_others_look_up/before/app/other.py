from app import store


def drop_other(name):
    from app.store import drop

    return drop(name), store.count(name)
