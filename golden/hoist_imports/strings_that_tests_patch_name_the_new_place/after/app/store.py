def load(name):
    return name


def save(name):
    return name
