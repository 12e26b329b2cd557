from app import store


def third():
    return store.load("x")
