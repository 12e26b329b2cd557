from collections.abc import Iterator


def numbers(texts: list[str]) -> Iterator[int]:
    for text in texts:
        yield int(text)


def total(texts: list[str]) -> int:
    found = 0
    try:
        for number in numbers(texts):
            found = number
    except Exception:
        return -1
    return found


def start(texts: list[str]) -> Iterator[int] | None:
    try:
        return numbers(texts)
    except Exception:
        return None
