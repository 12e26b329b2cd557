def work(value):
    return value


def open(value):
    return value


def rest(value):
    return value
