import json


def check(text: str) -> bool:
    if not text:
        raise json.JSONDecodeError("empty", text, 0)
    return True


def is_fine(text: str) -> bool:
    try:
        return check(text)
    except json.JSONDecodeError:
        return False
