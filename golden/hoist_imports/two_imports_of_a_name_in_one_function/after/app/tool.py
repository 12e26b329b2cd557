def work(value):
    return value


def rest(value):
    return value
