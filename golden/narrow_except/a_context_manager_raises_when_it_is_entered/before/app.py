from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def number(text: str) -> Iterator[int]:
    value = int(text)
    yield value


def show(text: str, names: dict[str, int]) -> int:
    try:
        with number(text):
            return names[text]
    except Exception:
        return 0
