"""What is left of a value's types behind a test, and the names of types."""

from __future__ import annotations

from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.values import Instance, Many, Nothing, Outside, Row, Unknown, Value, Values, unknown

KINDS = {
    "deque": "collections.deque",
    "defaultdict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
}
"""Containers that are no builtins, by what `Many` calls them."""
NARROWER = {"bool": "int"}
"""Builtin types that are below others."""


def refined(symbols: Symbols, values: Values, classes: Values, holds: bool) -> Values:
    """The values that are objects of one of some classes, or of none of them; `classes` are such objects."""
    if holds:
        return _inside(symbols, values, classes)
    left = tuple(v for v in values if not any(_is_below(symbols, v, c) for c in classes))
    return left or unknown("no type is left")


def _inside(symbols: Symbols, values: Values, classes: Values) -> Values:
    if any(isinstance(c, Unknown) for c in classes):
        return tuple(v for v in values if not isinstance(v, Nothing)) or values
    if any(isinstance(v, Unknown) for v in values):
        return classes
    found = [v for v in values if any(_is_below(symbols, v, c) for c in classes)]
    # a value of a class of the project may also be of a subclass that inherits from another of the classes, too
    rest = [v for v in values if v not in found and not isinstance(v, Nothing)]
    others = [c for c in classes if any(not _is_apart(v, c) for v in rest)]
    return tuple(dict.fromkeys([*found, *others])) or classes


def _is_below(symbols: Symbols, value: Value, of: Value) -> bool:
    """Whether a value is certainly an object of a class, by an object of that class."""
    if isinstance(value, Instance) and isinstance(of, Instance):
        return of.cls in symbols.order(value.cls)
    name, above = type_name(value), type_name(of)
    if isinstance(value, Instance) or isinstance(of, Instance) or name is None or above is None:
        return False
    name, above = name.partition("[")[0], above.partition("[")[0]
    return above in (name, NARROWER.get(name))


def _is_apart(value: Value, of: Value) -> bool:
    """Whether no object can be of the types of both: of two builtin ones."""
    names = [type_name(v) for v in (value, of)]
    return all(name is not None and "." not in name.partition("[")[0] for name in names)


def type_name(value: Value) -> str | None:
    """The type of a value as the knowledge base names it; None for one that it doesn't know."""
    match value:
        case Outside(kind="object", qualified=qualified):
            return qualified.removeprefix("builtins.")
        case Many(result=(inner,), kind=kind) if kind in ("list", "set", "frozenset") and (
            name := type_name(inner)
        ):
            return f"{kind}[{name}]"
        case Many(result=(key,), values=(inner,), kind=kind) if (one := type_name(key)) and (
            other := type_name(inner)
        ):
            return f"{KINDS.get(kind, kind)}[{one}, {other}]"
        case Row():
            return "tuple"
        case Many(kind=kind) if kind:
            return KINDS.get(kind, kind)
        case Nothing():
            return "NoneType"
        case _:
            return None
