from typing import final


@final
class Length:
    """A length."""

    def __add__(self, other: object) -> object:
        return NotImplemented


@final
class Rate:
    """A rate that is looked up."""

    def __radd__(self, other: object) -> object:
        raise ConnectionError


def added(length: Length, rate: Rate) -> object:
    try:
        return length + rate
    except ConnectionError:
        return None


def unknown(length: Length, rate, table: dict[str, int]) -> object:
    try:
        return table["a"], length + rate
    except Exception:
        return None


def number(length: Length, table: dict[str, int]) -> object:
    try:
        return table["a"], length + 1
    except KeyError:
        return None
