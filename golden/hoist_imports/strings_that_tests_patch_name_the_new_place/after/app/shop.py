"""What customers see."""

from app.store import load, save as put


def show(name):
    return load(name)


def show_all(names):
    return [load(name) for name in names]


def keep(name):
    return put(name)
