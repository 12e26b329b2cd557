import somewhere


def number(text: str) -> int:
    try:
        return somewhere.number(text)
    except Exception:
        return 0


def other(text: str) -> int:
    try:
        return int(text)
    except ValueError :
        return 0
