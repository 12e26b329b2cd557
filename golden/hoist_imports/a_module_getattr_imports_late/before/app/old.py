from app import new


def __getattr__(name):
    from app.new import find

    return find(new, name)
