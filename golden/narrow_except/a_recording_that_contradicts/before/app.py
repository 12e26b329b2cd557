import somewhere


def number(text: str) -> int:
    try:
        return int(somewhere.clean(text))
    except Exception:
        return 0


def other(text: str) -> int:
    try:
        return int(text)
    except Exception:
        return 0


def third(text: str) -> int:
    try:
        return int(text)
    except Exception:
        return 0


def anything() -> int:
    try:
        return somewhere.number()
    except Exception:
        return 0
