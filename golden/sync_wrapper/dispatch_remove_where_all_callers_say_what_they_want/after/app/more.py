from app.store import load

TEXT = "load"  # load


def third():
    return load("x")
