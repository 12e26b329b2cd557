def load(name):
    return name


def save(name):
    return load(name)


def drop(name):
    return name


def count(name):
    return name


def find(name):
    return name


def ship(name):
    return name
