from enum import Enum


class Missing(LookupError):
    """No colour has that value."""


class Colour(Enum):
    RED = 1

    @classmethod
    def _missing_(cls, value: object) -> "Colour":
        raise Missing(value)


class Size(tuple, Enum):
    SMALL = (1, 2)


def colour(value: int) -> Colour | None:
    try:
        return Colour(value)
    except Exception:
        return None


def size(value: tuple[int, int]) -> Size | None:
    try:
        return Size(value)
    except Exception:
        return None
