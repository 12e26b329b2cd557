import somewhere


def number(text: str) -> int:
    try:
        return somewhere.number(text)
    except:  # noqa: E722
        return 0


def other(text: str) -> int:
    try:
        return int(text)
    except :
        return 0
