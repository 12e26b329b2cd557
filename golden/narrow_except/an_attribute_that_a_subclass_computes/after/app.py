from typing import final


class Source:
    """Where text comes from."""

    name: str = ""
    size = 3

    def __init__(self) -> None:
        self.title = "a source"


@final
class File(Source):
    """A file that is named by what is in it."""

    size = 4

    @property
    def name(self) -> str:
        return open("name").read()


def named(source: Source, table: dict[str, int]) -> object:
    try:
        return table["a"], source.name
    except (KeyError, OSError, ValueError):
        return None


def sized(source: Source, table: dict[str, int]) -> object:
    try:
        return table["a"], source.size, source.title
    except KeyError:
        return None
