from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def guarded() -> Iterator[None]:
    try:
        yield
    except Exception:
        print("failed")
