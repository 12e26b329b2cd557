"""Operators on builtin types, where the knowledge base of callees has no entry for them."""

from __future__ import annotations

import sys

from refactorkit.analysis.raise_facts import Operate
from refactorkit.analysis.raise_sets import Raises
from refactorkit.raise_knowledge import Argument

NUMBERS = frozenset(["int", "float", "bool"])
TEXTS = frozenset(["str", "bytes", "bytearray"])
SEQUENCES = TEXTS | {"list", "tuple", "range", "collections.deque"}
MAPPINGS = frozenset(["dict", "collections.OrderedDict", "collections.Counter"])
SETS = frozenset(["set", "frozenset"])
VIEWS = frozenset(["dict_values", "dict_keys", "dict_items"])
CONTAINERS = SEQUENCES | MAPPINGS | SETS | VIEWS
ITERATORS = {
    **dict.fromkeys(("enumerate", "zip"), ()),
    **{f"{kind}_iterator": () for kind in ("list", "tuple", "str", "bytes", "range")},
    "dict_iterator": ("RuntimeError",),
}
"""What going on with an iterator raises; one over a mapping or a set notices when that has changed."""
FILES = frozenset(
    ["io.TextIOWrapper", "io.BufferedReader", "io.BufferedWriter", "io.BufferedRandom", "io.FileIO"]
)
LOCKS = frozenset(
    f"threading.{name}" for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore")
)
SAMPLES = {"int": 1, "float": 1.5, "bool": True, "str": "x", "NoneType": None}
"""A value of each type on which a format can be tried."""
ORDER = ("__lt__", "__le__", "__gt__", "__ge__")
DIVISION = ("__truediv__", "__floordiv__", "__mod__", "__itruediv__", "__ifloordiv__", "__imod__")
ARITHMETIC = ("__add__", "__sub__", "__mul__", "__iadd__", "__isub__", "__imul__")
BITS = ("__and__", "__or__", "__xor__", "__iand__", "__ior__", "__ixor__")
SHIFTS = ("__lshift__", "__rshift__", "__ilshift__", "__irshift__")
PURE_MODULES = frozenset(sys.stdlib_module_names) | {"builtins"}
"""Modules of which reading an attribute runs no code."""


def of_builtin(name: str, effect: Operate, others: tuple[Argument, ...], where: str) -> Raises | None:
    """What an operator on a builtin type raises; None when that isn't known."""
    kind = name.partition("[")[0]
    kinds = tuple(_raised(kind, name, effect, others) or ())
    if _raised(kind, name, effect, others) is None:
        return None
    said = f"{kind} {effect.method} at {where}"
    return Raises(dict.fromkeys(kinds, (said,)))


def _raised(kind: str, name: str, effect: Operate, others: tuple[Argument, ...]) -> tuple[str, ...] | None:
    method = effect.method
    other = others[0] if others else Argument()
    if method in ("__bool__", "__hash__"):
        return () if kind in NUMBERS | CONTAINERS | FILES or kind in ("NoneType", "pathlib.Path") else None
    if method in ("__str__", "__repr__"):
        return () if Argument(type=name).is_scalar() else None
    if method == "__format__":
        return _formatted(kind, name, effect)
    if method in ("__eq__", "__ne__"):
        return () if Argument(type=name).is_scalar() and other.is_scalar() else None
    if method in ORDER:
        is_same = (kind in NUMBERS and other.kind() in NUMBERS) or (kind in TEXTS and other.kind() == kind)
        return () if is_same else None
    if kind in ITERATORS:
        return ITERATORS[kind] if method == "__iter__" else None
    if kind in NUMBERS:
        return _arithmetic(kind, method, other, effect)
    if kind in CONTAINERS:
        return _contained(kind, method, other)
    return _managed(kind, method)


def _formatted(kind: str, name: str, effect: Operate) -> tuple[str, ...] | None:
    spec = effect.operands[1]
    if not Argument(type=name).is_scalar():
        return None
    if spec.is_literal and spec.literal == "":
        return ()
    if kind not in SAMPLES:
        return None
    try:
        format(SAMPLES[kind], str(spec.literal) if spec.is_literal else "?")
    except (ValueError, TypeError):
        return ("ValueError",)
    return ()


def _arithmetic(kind: str, method: str, other: Argument, effect: Operate) -> tuple[str, ...] | None:
    if other.kind() not in NUMBERS and method not in ("__neg__", "__pos__", "__invert__"):
        return None
    is_whole = kind != "float" and other.kind() != "float"
    if method in DIVISION:
        is_safe = other.is_literal and other.value != 0
        grows = method.endswith("truediv__") and kind == "int"
        return (
            *(() if is_safe else ("ZeroDivisionError",)),
            *(("OverflowError",) if grows and not is_safe else ()),
        )
    if method in ARITHMETIC:
        return () if is_whole or kind == "float" or other.kind() != "float" else ("OverflowError",)
    if method in BITS and is_whole:
        return ()
    if method in SHIFTS and is_whole:
        return () if other.is_literal else ("ValueError", "OverflowError")
    if method in ("__neg__", "__pos__", "__invert__"):
        return ()
    if method in ("__pow__", "__ipow__"):
        if is_whole and other.is_literal and isinstance(other.value, int) and other.value >= 0:
            return ()
        return ("OverflowError", "ZeroDivisionError")
    return None


def _contained(kind: str, method: str, other: Argument) -> tuple[str, ...] | None:
    if method in ("__iter__", "__contains__", "__len__"):
        return ()
    if method == "unpack":
        return ("ValueError",)
    if method in ("__getitem__", "__delitem__"):
        if kind in MAPPINGS:
            return () if kind == "collections.Counter" else ("KeyError",)
        if other.type == "slice":
            return ()
        return ("IndexError",) if kind in SEQUENCES else None
    if method == "__setitem__":
        if kind in MAPPINGS:
            return ()
        return ("IndexError",) if kind in ("list", "collections.deque") and other.type != "slice" else None
    if method in ("__add__", "__iadd__"):
        return () if other.kind() == kind else None
    if method in ("__mul__", "__imul__"):
        return () if other.kind() in ("int", "bool") else None
    if method in ("__or__", "__ior__", "__and__", "__sub__", "__isub__", "__iand__", "__xor__"):
        return () if kind in SETS | {"dict"} and other.kind() == kind else None
    return None


def _managed(kind: str, method: str) -> tuple[str, ...] | None:
    if kind in FILES:
        if method == "__iter__":
            return ("OSError", "UnicodeDecodeError") if kind == "io.TextIOWrapper" else ("OSError",)
        return {"__enter__": (), "__exit__": ("OSError",)}.get(method)
    if kind in LOCKS:
        return () if method in ("__enter__", "__exit__") else None
    return None
