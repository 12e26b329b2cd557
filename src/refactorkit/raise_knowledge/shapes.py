"""How a callee is called: which arguments are literals, and of which types they are known to be."""

from __future__ import annotations

from msgspec import Struct

SCALARS = frozenset(
    {"str", "bytes", "bytearray", "int", "float", "bool", "complex", "NoneType", "range", "ellipsis"}
    | {"datetime.date", "datetime.timedelta", "uuid.UUID", "fractions.Fraction"}
    | {"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.WindowsPath"}
)
"""Types whose conversions, comparisons and hashes are the interpreter's own, whatever their values hold."""
CONTAINERS = frozenset(
    {"list", "tuple", "dict", "set", "frozenset", "dict_keys", "dict_values", "dict_items", "range", "str"}
    | {"bytes", "bytearray", "collections.deque", "collections.OrderedDict", "collections.Counter"}
    | {"collections.defaultdict", "array.array", "enumerate", "zip"}
    | {"generator"}
)
"""Types that are iterated without running code of their elements; a `generator` is one that stands in the call itself, whose
code counts there."""


class Argument(Struct, frozen=True):
    """One argument of a call."""

    is_literal: bool = False
    value: object = None
    """The value, when it is a literal."""
    type: str | None = None
    """Its exact type, qualified: "str", "dict", "pathlib.Path", "list[str]", several between bars; None when it isn't known."""

    def kind(self) -> str | None:
        """The type, without what it is parametrised with; of a literal, that of its value; None where it is one of several."""
        if self.is_literal:
            return type(self.value).__name__
        return self.type.partition("[")[0] if self.type and "|" not in self.type else None

    def alternatives(self) -> tuple[Argument, ...]:
        """What it may be: an argument for each of several types."""
        if self.is_literal or self.type is None or "|" not in self.type:
            return (self,)
        return tuple(Argument(type=one) for one in self.type.split("|"))

    def is_scalar(self) -> bool:
        """Whether converting, comparing and hashing it runs only code of the interpreter."""
        if self.is_literal:
            return True
        return self.type is not None and all(_is_scalar(one) for one in self.type.split("|"))

    def is_container(self) -> bool:
        """Whether iterating over it runs only code of the interpreter."""
        return self.kind() in CONTAINERS


class CallShape(Struct, frozen=True):
    """The arguments of a call; the receiver of a method is not among them."""

    positional: tuple[Argument, ...] = ()
    keywords: dict[str, Argument] = {}
    has_star: bool = False
    """Whether there is a `*args`: positional arguments behind it are not in `positional`."""
    has_double_star: bool = False

    def arguments(self, name: str, parameters: tuple[str, ...]) -> tuple[Argument, ...]:
        """What is passed for a parameter: nothing, or an Argument of no known type when that can't be seen.

        A parameter `*name` stands for every positional argument from its place on.
        """
        if name in self.keywords:
            return (self.keywords[name],)
        place = parameters.index(name) if name in parameters else None
        hidden = (Argument(),) if self.has_double_star or (self.has_star and place is not None) else ()
        if place is None:
            return hidden
        if name.startswith("*"):
            return self.positional[place:] + hidden
        return self.positional[place : place + 1] or hidden


def _is_scalar(type_: str) -> bool:
    outer, bracket, inner = type_.partition("[")
    if outer in SCALARS:
        return True
    parts = [part.strip() for part in inner.rstrip("]").split(",")]
    return bool(bracket) and outer in CONTAINERS and all(part in SCALARS or part == "..." for part in parts)
