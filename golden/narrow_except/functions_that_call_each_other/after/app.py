def even(text: str, left: int) -> int:
    if left == 0:
        return int(text)
    return odd(text, left - 1)


def odd(text: str, left: int) -> int:
    if left == 0:
        raise LookupError(text)
    return even(text, left - 1)


def either(text: str) -> int:
    try:
        return even(text, 7)
    except (LookupError, ValueError):
        return 0
