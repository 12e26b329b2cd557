def load(name):
    return name


def save(name):
    return name


def drop(name):
    return name


def find(name):
    return name


def move(name):
    return name


def keep(name):
    return name
