"""What a value may be, as far as an inference of types from source can say. A union is a tuple of these."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.definitions import Function, Scope
from refactorkit.analysis.symbols import Ref


class Instance(Struct, frozen=True):
    """An object of a class of the project, or of a subclass; `is_exact`: of no subclass."""

    cls: Ref
    is_exact: bool = False


class ClassObject(Struct, frozen=True):
    """A class of the project itself, or a subclass of it; `is_exact`: no subclass. `after`: as seen by `super()`."""

    cls: Ref
    is_exact: bool = False


class Super(Struct, frozen=True):
    """`super()` in a method of `owner`: the classes after it in the order of the class of `of`."""

    owner: Ref
    of: Instance | ClassObject


class Callee(Struct, frozen=True):
    """A function of the project, with the value that it is bound to, or None. `functions` are its overloads, or it."""

    path: str
    name: str
    functions: tuple[Function, ...]
    receiver: Instance | ClassObject | Super | None = None


class Returning(Struct, frozen=True):
    """Anything that can be called, by what it returns; `callee` is the function that gets the arguments as they are."""

    result: tuple[Value, ...]
    callee: Callee | None = None


class Awaitable(Struct, frozen=True):
    """A coroutine or another awaitable, by what awaiting it gives."""

    result: tuple[Value, ...]


class Manager(Struct, frozen=True):
    """A context manager, by what entering it gives."""

    result: tuple[Value, ...]
    is_async: bool


class Many(Struct, frozen=True):
    """Something that can be iterated over, by its elements; `kind` is the container's builtin name where it is known,
    `values` what a mapping holds."""

    result: tuple[Value, ...]
    kind: str = ""
    values: tuple[Value, ...] = ()


class Row(Struct, frozen=True):
    """A tuple of a known length, by its elements."""

    items: tuple[tuple[Value, ...], ...]


class Module(Struct, frozen=True):
    """A module of the project."""

    path: str


class Outside(Struct, frozen=True):
    """Something that the project doesn't define, by its dotted name: `queue.Queue`, or `queue.Queue.get`.

    `kind` is `name` for a module, class or function, `object` for an object of that class, `member` for what such an
    object has: a library's method, or a value that may be the project's again. `is_exact`: an object of no subclass.
    """

    qualified: str
    kind: str = "name"
    is_exact: bool = False

    def attribute(self, name: str) -> Values:
        """What one of its attributes is."""
        if self.kind == "member":
            return unknown(f"what {self.qualified} holds isn't known")
        return (Outside(f"{self.qualified}.{name}", "name" if self.kind == "name" else "member"),)

    def called(self) -> Values:
        """What calling it gives: an object of a class, which is told by its capital; else anything."""
        last = self.qualified.rpartition(".")[2].lstrip("_")
        if self.kind == "name" and last[:1].isupper():
            return (Outside(self.qualified, "object"),)
        return unknown(f"what {self.qualified}() returns isn't known")


class Nothing(Struct, frozen=True):
    """None."""


class Unknown(Struct, frozen=True):
    """Something that isn't followed; `why` is a phrase for people. `is_settled`: a type checker couldn't know better."""

    why: str
    is_settled: bool = False


Value = (
    Instance
    | ClassObject
    | Super
    | Callee
    | Returning
    | Awaitable
    | Manager
    | Many
    | Row
    | Module
    | Outside
    | Nothing
    | Unknown
)
Values = tuple[Value, ...]


class Place(Struct, frozen=True):
    """Where an expression stands: a file, and the index of a function among some scopes, or -1 at module level. `me` is the
    class of just which `self` is an object there, where that is known."""

    path: str
    scopes: tuple[Scope, ...] = ()
    index: int = -1
    me: Ref | None = None

    @property
    def scope(self) -> Scope | None:
        """The function, if any."""
        return self.scopes[self.index] if self.index >= 0 else None

    @property
    def around(self) -> Place:
        """The place of the function around."""
        return Place(self.path, self.scopes, self.scopes[self.index].parent, self.me)


def union(parts: list[Values]) -> Values:
    """The members of several unions, each once."""
    return tuple(dict.fromkeys(member for part in parts for member in part))


ANYTHING = "it may be anything"
"""Why a value isn't known that is declared as `Any` or `object`."""


def unknown(why: str) -> Values:
    """A value that isn't followed."""
    return (Unknown(why),)
