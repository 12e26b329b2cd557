class EmptyError(Exception):
    """Nothing there."""


def parse(text: str) -> int:
    if not text:
        raise EmptyError("empty")
    return int(text)


def load(text: str) -> int | None:
    try:
        return parse(text)
    except (EmptyError, ValueError):
        return None
