import somewhere


def number(text: str) -> int:
    try:
        return int(somewhere.clean(text))
    except Exception:
        return -1
