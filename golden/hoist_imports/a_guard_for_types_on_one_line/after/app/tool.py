class Rest:
    pass


def work(value: object) -> object:
    return value
