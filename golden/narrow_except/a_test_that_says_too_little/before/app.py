def either(value, other):
    if isinstance(value, str) or other:
        try:
            return int(value)
        except Exception:
            return 0
    return None


def negative(value):
    if isinstance(value, str):
        return value
    try:
        return int(value)
    except Exception:
        return 0


def again(value, given):
    if isinstance(value, str):
        value = given
        try:
            return int(value)
        except Exception:
            return 0
    return None
