from typing import Protocol


class _Source(Protocol):
    def read(self) -> str:
        return ""


class File:
    def __init__(self, path: str) -> None:
        self.path = path

    def read(self) -> str:
        with open(self.path) as file:
            return file.read()


def first(source: _Source) -> int:
    try:
        return int(source.read())
    except Exception:
        return 0
