from .names import rest, work


def run():
    return rest(work)


def again():
    return work
