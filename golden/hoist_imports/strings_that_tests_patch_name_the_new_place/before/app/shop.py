"""What customers see."""


def show(name):
    from app.store import load

    return load(name)


def show_all(names):
    from app.store import load

    return [load(name) for name in names]


def keep(name):
    from app.store import save as put

    return put(name)
