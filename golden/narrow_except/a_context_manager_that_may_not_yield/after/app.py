from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def _sometimes(is_there: bool) -> Iterator[int]:
    if is_there:
        yield 1


@contextmanager
def _swallowing(path: str) -> Iterator[int]:
    with suppress(OSError):
        number = int(open(path).read())
        yield number


@contextmanager
def _either(is_there: bool) -> Iterator[int]:
    if is_there:
        yield 1
    else:
        yield 2


@contextmanager
def _closing() -> Iterator[int]:
    try:
        yield 1
    finally:
        print


def sometimes(table: dict[str, int]) -> int:
    try:
        with _sometimes(True):
            return table["a"]
    except (KeyError, RuntimeError):
        return 0


def swallowing(table: dict[str, int]) -> int:
    try:
        with _swallowing("a"):
            return table["a"]
    except Exception:
        return 0


def either(table: dict[str, int]) -> int:
    try:
        with _either(True):
            return table["a"]
    except KeyError:
        return 0


def closing(table: dict[str, int]) -> int:
    try:
        with _closing():
            return table["a"]
    except Exception:
        return 0
