def take(count: int) -> int:
    error = LookupError("none")
    if count < 1:
        raise error
    return count


def sell(count: int) -> int:
    try:
        return take(count)
    except Exception:
        return 0
