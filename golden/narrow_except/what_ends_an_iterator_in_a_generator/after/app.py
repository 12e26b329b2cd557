from collections.abc import Iterator


def _pairs(numbers: list[int]) -> Iterator[int]:
    found = iter(numbers)
    while True:
        yield next(found)


async def _first() -> int:
    raise StopIteration


def pairs(numbers: list[int]) -> None:
    try:
        for number in _pairs(numbers):
            pass
    except RuntimeError:
        pass


async def first() -> int:
    try:
        return await _first()
    except RuntimeError:
        return 0


def every(numbers: list[list[int]]) -> set[int]:
    try:
        return set([next(iter(found)) for found in numbers])
    except StopIteration:
        return set()


def each(numbers: list[list[int]]) -> tuple[int, ...]:
    try:
        return tuple(next(iter(found)) for found in numbers)
    except RuntimeError:
        return ()
