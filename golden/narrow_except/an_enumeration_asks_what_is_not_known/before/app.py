from enum import Enum

FALLBACKS = []


class Colour(Enum):
    RED = 1

    @classmethod
    def _missing_(cls, value: object) -> "Colour":
        return FALLBACKS[0](value)


def colour(value: int) -> Colour | None:
    try:
        return Colour(value)
    except Exception:
        return None
