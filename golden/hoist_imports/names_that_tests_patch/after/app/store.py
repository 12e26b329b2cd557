def load(name):
    return name


def save(name):
    return name


def drop(name):
    return name
