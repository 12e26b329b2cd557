"""What an annotation says about a value: classes of the project, containers, callables, coroutines and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactorkit.analysis.definitions import Assigned
from refactorkit.analysis.expressions import (
    Attribute,
    Call,
    Either,
    Expression,
    Listed,
    Literal,
    Name,
    Subscript,
    dotted,
)
from refactorkit.analysis.signatures import last_name
from refactorkit.analysis.symbols import Definition, External, Ref
from refactorkit.analysis.values import (
    ANYTHING,
    Awaitable,
    ClassObject,
    Instance,
    Manager,
    Many,
    Nothing,
    Outside,
    Place,
    Returning,
    Unknown,
    Values,
    union,
    unknown,
)

if TYPE_CHECKING:
    from refactorkit.analysis.inference import Inference

MODULES = (
    "typing",
    "typing_extensions",
    "collections.abc",
    "builtins",
    "contextlib",
    "collections",
    "types",
)
INNER = frozenset(["Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly"])
ELEMENTS = frozenset(
    [
        "list",
        "List",
        "set",
        "Set",
        "frozenset",
        "FrozenSet",
        "tuple",
        "Tuple",
        "Sequence",
        "MutableSequence",
        "Collection",
        "Iterable",
        "Iterator",
        "Generator",
        "AsyncIterable",
        "AsyncIterator",
        "AsyncGenerator",
        "deque",
        "Deque",
        "AbstractSet",
        "KeysView",
        "ValuesView",
    ]
)
"""Generic types whose first argument is what iterating over them gives."""
CONTAINERS = frozenset(["list", "set", "frozenset", "tuple", "deque"])
CONTEXTS = {"AbstractContextManager": False, "ContextManager": False}
ASYNC_CONTEXTS = {"AbstractAsyncContextManager": True, "AsyncContextManager": True}


def declared_type(types: Inference, fact: Expression | None, place: Place, me: Values = ()) -> Values:
    """The values that an annotation allows at a place; `me` is what `Self` and a self type stand for."""
    match fact:
        case None:
            return unknown("it has no annotation")
        case Literal(builtin="None"):
            return (Nothing(),)
        case Either(members=members):
            return union([declared_type(types, member, place, me) for member in members])
        case Name() | Attribute():
            return _named(types, fact, place, me)
        case Subscript(value=value, items=items):
            return _generic(types, value, items, place, me)
        case _:
            return unknown("its annotation isn't understood")


def typing_name(types: Inference, fact: Expression, place: Place) -> str:
    """`Optional` for typing.Optional under whatever name the file knows it, `type` for the builtin; '' for others."""
    found = types.type_name(fact, place)
    if isinstance(found, External):
        module, _, name = found.qualified.rpartition(".")
        return name if module in MODULES else ""
    return ""


def _named(types: Inference, fact: Expression, place: Place, me: Values) -> Values:
    found = types.type_name(fact, place)
    match found:
        case Ref():
            return (Instance(found),)
        case External(qualified=qualified):
            name = typing_name(types, fact, place)
            if name == "Self":
                return me or unknown("Self of an unknown class")
            if name in ("Any", "object"):
                return unknown(ANYTHING)
            return (Outside(qualified, "object"),)
        case Definition(path=path, bounds=(Assigned(value=value, annotation=alias) as bound,)):
            if isinstance(value, Call):
                return _variable(types, value, types.module(path), me)
            return _alias(types, (path, bound), value if value is not None else alias, me)
        case _:
            return unknown(f"{dotted(fact)} can't be resolved")


def _alias(types: Inference, key: tuple[str, Assigned], fact: Expression | None, me: Values) -> Values:
    """What another name of a type stands for; a tree of JSON is written with its own name in it."""
    if key in types.open_aliases:
        return unknown("it refers to itself")
    types.open_aliases.append(key)
    try:
        return declared_type(types, fact, types.module(key[0]), me)
    finally:
        types.open_aliases.pop()


def _variable(types: Inference, made: Call, place: Place, me: Values) -> Values:
    """A type variable: by its bound."""
    if last_name(made) != "TypeVar":
        return unknown("its annotation isn't understood")
    bound = dict(made.keywords).get("bound")
    return declared_type(types, bound, place, me) if bound else unknown("it may be of any type")


def _generic(
    types: Inference, value: Expression, items: tuple[Expression, ...], place: Place, me: Values
) -> Values:
    def inner(index: int) -> Values:
        if index >= len(items):
            return unknown("its annotation isn't understood")
        return declared_type(types, items[index], place, me)

    name = typing_name(types, value, place)
    if mapping := types.mapping(name, items, inner):
        return mapping
    match name:
        case "Optional":
            return union([inner(0), (Nothing(),)])
        case "Union":
            return union([inner(index) for index in range(len(items))])
        case "type" | "Type":
            return classes_of(inner(0))
        case "Coroutine":
            return (Awaitable(inner(2)),)
        case "Awaitable":
            return (Awaitable(inner(0)),)
        case "Callable":
            return (Returning(inner(1)),)
        case _ if name in INNER:
            return inner(0)
        case _ if name in ELEMENTS:
            return (Many(inner(0), name.lower() if name.lower() in CONTAINERS else ""),)
        case _ if name in CONTEXTS or name in ASYNC_CONTEXTS:
            return (Manager(inner(0), name in ASYNC_CONTEXTS),)
        case _:
            return _named(types, value, place, me)


def classes_of(values: Values) -> Values:
    """The classes of some values."""
    return tuple(
        ClassObject(v.cls, v.is_exact) if isinstance(v, Instance) else Unknown("the class isn't known")
        for v in values
        if not isinstance(v, Nothing)
    )


def is_same_callable(taken: Expression | None, given: Expression | None) -> bool:
    """Whether what a decorator takes and what it gives are annotated alike: `Callable[P, R]`, or one type variable."""
    return taken is not None and taken == given


def callable_parts(fact: Expression | None) -> tuple[Expression, Expression] | None:
    """The only parameter and the result of `Callable[[X], Y]`."""
    match fact:
        case Subscript(items=(Listed(items=(taken,)), given)) if last_name_of(fact.value) == "Callable":
            return taken, given
        case _:
            return None


def last_name_of(fact: Expression) -> str:
    """`Callable` of `typing.Callable`."""
    return dotted(fact).rpartition(".")[2]
