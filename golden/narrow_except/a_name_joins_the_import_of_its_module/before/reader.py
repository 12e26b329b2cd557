from json import dumps

from rules import check


def is_fine(text: str) -> bool:
    try:
        return check(text)
    except Exception:
        return False


def show(number: int) -> str:
    return dumps(number)
