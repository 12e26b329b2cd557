import somewhere


def number(text: str) -> int:
    try:
        return int(somewhere.clean(text))
    except (KeyError, OverflowError, ValueError):
        return 0
