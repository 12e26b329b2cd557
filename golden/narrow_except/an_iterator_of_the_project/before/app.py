from typing import final


@final
class Lines:
    """Lines that are read one by one."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if not self.paths:
            raise StopIteration
        raise ConnectionError(self.paths.pop())


@final
class Names:
    """Names in a list."""

    def __init__(self, names: list[str]) -> None:
        self._names: list[str] = names

    def __iter__(self):
        return iter(self._names)


@final
class Numbers:
    """Numbers in texts."""

    def __init__(self, texts: list[str]) -> None:
        self._texts: list[str] = texts

    def __iter__(self):
        return map(int, self._texts)


def read(lines: Lines) -> None:
    try:
        for line in lines:
            pass
    except Exception:
        pass


def counted(names: Names, table: dict[str, int]) -> None:
    try:
        for name in names:
            table["a"]
    except Exception:
        pass


def summed(numbers: Numbers, table: dict[str, int]) -> None:
    try:
        for number in numbers:
            table["a"]
    except Exception:
        pass


def parted(names: Names) -> None:
    try:
        first, second = names
    except Exception:
        pass
