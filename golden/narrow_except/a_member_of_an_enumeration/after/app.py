import enum
import signal


class Colour(enum.Enum):
    """A colour."""

    RED = 1


class Loaded(enum.Enum):
    """A value that may be loaded."""

    ONE = 1

    @classmethod
    def _missing_(cls, value: object) -> "Loaded":
        raise ConnectionError(value)


def named(name: str) -> Colour | None:
    try:
        return Colour[name]
    except KeyError:
        return None


def of_python(name: str) -> signal.Signals | None:
    try:
        return signal.Signals[name]
    except KeyError:
        return None


def valued(value: int) -> Colour | None:
    try:
        return Colour(value)
    except ValueError:
        return None


def loaded(value: int) -> Loaded | None:
    try:
        return Loaded(value)
    except (ConnectionError, ValueError):
        return None


def lists(table: dict[str, int]) -> object:
    try:
        return list[int], table["a"], Colour.RED
    except KeyError:
        return None
