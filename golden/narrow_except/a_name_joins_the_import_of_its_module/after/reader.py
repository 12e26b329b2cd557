from json import JSONDecodeError, dumps

from rules import check


def is_fine(text: str) -> bool:
    try:
        return check(text)
    except JSONDecodeError:
        return False


def show(number: int) -> str:
    return dumps(number)
