def triple():
    return "1", "2", "3"


def first():
    try:
        one, other = triple()
    except Exception:
        return 0
    return one + other


def rest(values: tuple[int, ...]):
    try:
        one, other = values
    except Exception:
        return 0
    return one + other
