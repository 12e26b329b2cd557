import abc


class Kind(type):
    """Asks a service."""

    def __instancecheck__(cls, value: object) -> bool:
        raise ConnectionError


class Asked(metaclass=Kind):
    """A class that is asked for."""


class Hooked(abc.ABC):
    """What has a length."""

    @classmethod
    def __subclasshook__(cls, other: type) -> bool:
        raise ConnectionError


class Plain(abc.ABC):
    """What has nothing."""


def asked(value: object, table: dict[str, int]) -> object:
    try:
        return table["a"], isinstance(value, Asked)
    except Exception:
        return None


def hooked(value: object, table: dict[str, int]) -> object:
    try:
        return table["a"], isinstance(value, (int, Hooked))
    except Exception:
        return None


def plain(value: object, table: dict[str, int]) -> object:
    try:
        return table["a"], isinstance(value, (int, Plain))
    except KeyError:
        return None
