from json import JSONDecodeError


def check(text: str) -> bool:
    if not text:
        raise JSONDecodeError("empty", text, 0)
    return True
