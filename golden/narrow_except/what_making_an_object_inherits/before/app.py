from dataclasses import dataclass, field


def loaded() -> int:
    raise ConnectionError


@dataclass
class Base:
    """A number that is loaded."""

    number: int = field(default_factory=loaded)


@dataclass
class Heir(Base):
    """The same with a name."""

    name: str = ""


@dataclass
class Checked:
    """A number that is checked."""

    text: str

    def __post_init__(self) -> None:
        int(self.text)


class Named(Checked):
    """The same, with a name."""


class Table(dict[str, int]):
    """A table."""


class Word(str):
    """A word."""


def heir(table: dict[str, int]) -> object:
    try:
        return table["a"], Heir()
    except Exception:
        return None


def named(table: dict[str, int]) -> object:
    try:
        return table["a"], Named("1")
    except Exception:
        return None


def filled(table: dict[str, int], pairs) -> object:
    try:
        return table["a"], Table(pairs)
    except Exception:
        return None


def decoded(data: bytes) -> object:
    try:
        return Word(data, "ascii")
    except Exception:
        return None


def empty(table: dict[str, int]) -> object:
    try:
        return table["a"], Table(), Word("a")
    except Exception:
        return None
