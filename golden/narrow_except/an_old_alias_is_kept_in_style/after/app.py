def check(count: int) -> int:
    if count < 1:
        raise IOError("none")
    return count


def sell(count: int) -> int:
    try:
        return check(count)
    except IOError:
        return 0
