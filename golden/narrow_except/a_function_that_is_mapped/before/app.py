class Broken(LookupError):
    """The text is empty."""


def filled(text: str) -> str:
    if not text:
        raise Broken
    return text


def numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, text.split(".")))
    except Exception:
        return ()


def parts(text: str) -> frozenset[str]:
    try:
        return frozenset(map(filled, text.split(".")))
    except Exception:
        return frozenset()
