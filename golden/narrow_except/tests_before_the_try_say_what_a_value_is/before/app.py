def checked(value):
    if not isinstance(value, str):
        return None
    try:
        return int(value)
    except Exception:
        return 0


def either(value):
    if isinstance(value, (str, bytes)) and value:
        try:
            return int(value)
        except Exception:
            return 0
    return None


def decoded(value: str | bytes):
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    try:
        return value.encode("ascii")
    except Exception:
        return b""


def optional(value: str | None):
    if value is None:
        return None
    try:
        return int(value)
    except Exception:
        return 0
