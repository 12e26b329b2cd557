"""Which clause of a `try` takes an exception, decided as the interpreter does it, without running code of the program."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    Clause = tuple[int, bool, tuple[Any, ...]]
    """The line of its `except`, whether it is broad, and the expression of its type, as `planning` writes them."""
    Chains = dict[int, tuple[Clause, ...]]
    """By the line of the first `except` of a `try`: its clauses, up to the last broad one."""

bases_of = type.__dict__["__mro__"].__get__
"""A class and its base classes as Python searches them, whatever its metaclass makes of that."""
OPTIMIZED = 1
"""inspect.CO_OPTIMIZED, a flag of the code of functions: the variables are no dictionary."""
_UNKNOWN = object()


def taker(clauses: tuple[Clause, ...], kind: type, frame: FrameType) -> tuple[int | None, bool]:
    """The line of the broad clause that takes the type, or None; and whether no clause before may have taken it."""
    is_sure = True
    for line, is_broad, expression in clauses:
        does = _catches(_value(expression, frame), bases_of(kind))
        if does:
            return (line if is_broad else None), is_sure
        if does is None:
            is_sure = False
    return None, is_sure


def _catches(caught: Any, bases: tuple[type, ...]) -> bool | None:
    """Whether `except caught` takes an exception with these base classes; None when that is not known.

    As PyErr_GivenExceptionMatches does it: by base classes, without `__subclasscheck__`.
    """
    if isinstance(caught, tuple):
        answers = [_catches(one, bases) for one in caught]
        return True if True in answers else None if None in answers else False
    return None if caught is _UNKNOWN else any(caught is base for base in bases)


def _value(expression: tuple[Any, ...], frame: FrameType) -> Any:
    """The value of a clause's expression, without running code of the program; `_UNKNOWN` where that is not enough."""
    kind = expression[0]
    if kind == "name":
        return _variable(expression[1], frame)
    if kind == "attribute":
        return _attribute(_value(expression[1], frame), expression[2])
    if kind == "tuple":
        return tuple(_value(part, frame) for part in expression[1:])
    return BaseException if kind == "bare" else _UNKNOWN


def _variable(name: str, frame: FrameType) -> Any:
    code = frame.f_code
    is_own = name in code.co_varnames or name in code.co_cellvars or name in code.co_freevars
    if is_own or not code.co_flags & OPTIMIZED:  # asking a function for its variables costs a copy of all
        found = frame.f_locals.get(name, _UNKNOWN)
        if is_own or found is not _UNKNOWN:
            return found
    found = frame.f_globals.get(name, _UNKNOWN)
    return frame.f_builtins.get(name, _UNKNOWN) if found is _UNKNOWN else found


def _attribute(owner: Any, name: str) -> Any:
    """An attribute as it is stored: of a module, an object, or a class with its bases. Nothing computed."""
    if owner is _UNKNOWN:
        return _UNKNOWN
    places = [vars(base) for base in bases_of(owner if isinstance(owner, type) else type(owner))]
    try:
        own = object.__getattribute__(owner, "__dict__") if not isinstance(owner, type) else None
    except AttributeError:  # it has slots
        own = None
    if isinstance(own, dict):
        places.insert(0, own)
    found = next((place[name] for place in places if name in place), _UNKNOWN)
    return found if isinstance(found, (type, tuple)) or type(found) is type(sys) else _UNKNOWN


def mentions(expression: tuple[Any, ...], names: Any) -> bool:
    """Whether an expression depends on one of these variables."""
    if expression[0] == "name":
        return expression[1] in names
    return any(isinstance(part, tuple) and mentions(part, names) for part in expression[1:])
