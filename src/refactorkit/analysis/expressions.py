"""Expressions as frozen facts: as much of a syntax tree as it takes to say what a value is, and nothing of its layout.

A tree can't be kept in a cache and is large; what an inference reads of it is small. Whatever no inference follows is
`Opaque`, so that it ends as unknown and never as a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

READ = frozenset(["cast", "type", "super", "TypeVar", "open"])
"""Callees whose arguments say what they return; of other calls only the number of arguments counts."""
PASSED = frozenset(
    [
        "get",
        "getenv",
        "iter",
        "enumerate",
        "zip",
        "reversed",
        "sorted",
        "list",
        "tuple",
        "set",
        "split",
        "rsplit",
        "sub",
        "map",
        "max",
        "min",
    ]
)
"""Callees whose arguments are values that they hand on, or decide about the result."""
LONGEST = 8
"""Tuples beyond this are records of nothing."""


class Name(Struct, frozen=True, tag="n", array_like=True):
    """A bare name."""

    id: str


class Attribute(Struct, frozen=True, tag="a", array_like=True):
    """`value.name`."""

    value: Expression
    name: str


class Call(Struct, frozen=True, tag="c", array_like=True):
    """A call. `arguments` are the positional ones, `keywords` the others by name; `is_open`: one is unpacked."""

    func: Expression
    arguments: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()
    is_open: bool = False


class Await(Struct, frozen=True, tag="w", array_like=True):
    """`await value`."""

    value: Expression


class Subscript(Struct, frozen=True, tag="s", array_like=True):
    """`value[items]`."""

    value: Expression
    items: tuple[Expression, ...]


class Either(Struct, frozen=True, tag="e", array_like=True):
    """One of several: `a | b` in an annotation, `a if c else b`, `a or b`."""

    members: tuple[Expression, ...]


class Entered(Struct, frozen=True, tag="m", array_like=True):
    """What `with value as x` (or `async with`) binds."""

    value: Expression
    is_async: bool


class Element(Struct, frozen=True, tag="i", array_like=True):
    """What `for x in value` (or `async for`) binds."""

    value: Expression
    is_async: bool


class Literal(Struct, frozen=True, tag="l", array_like=True):
    """A constant or a display: the name of its builtin type (`str`, `list`); `None` for None."""

    builtin: str


class Items(Struct, frozen=True, tag="d", array_like=True):
    """A tuple, by its elements."""

    items: tuple[Expression, ...]


class Display(Struct, frozen=True, tag="y", array_like=True):
    """A list, a set or a dict that is written out, by the different kinds of its elements; of a dict, of keys and values."""

    builtin: str
    items: tuple[Expression, ...]
    values: tuple[Expression, ...] = ()


class Part(Struct, frozen=True, tag="p", array_like=True):
    """What the `index`-th of `count` names gets when a value is unpacked."""

    value: Expression
    index: int
    count: int


class Listed(Struct, frozen=True, tag="t", array_like=True):
    """A list in a subscript, `Callable[[A, B], C]`."""

    items: tuple[Expression, ...]


class Given(Struct, frozen=True, tag="g", array_like=True):
    """A parameter as the caller gave it, whatever is assigned to its name later."""

    id: str


class Refined(Struct, frozen=True, tag="r", array_like=True):
    """A value behind a test: `holds` says whether it is an object of one of the classes. Without classes: it isn't None."""

    value: Expression
    classes: tuple[Expression, ...]
    holds: bool


class Opaque(Struct, frozen=True, tag="o", array_like=True):
    """What no inference follows, by the kind of its syntax node."""

    kind: str


Expression = (
    Name
    | Attribute
    | Call
    | Await
    | Subscript
    | Either
    | Entered
    | Element
    | Literal
    | Items
    | Display
    | Part
    | Listed
    | Given
    | Refined
    | Opaque
)
VERSION = "@"
"""What stands behind a name for one of its assignments: no name of Python holds it."""

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
    ast.FloorDiv: "__floordiv__",
}
"""The special method of the left operand that a binary operator calls first."""
DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
}


def expression(node: ast.expr) -> Expression:
    """The facts of a value."""
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute(value=value, attr=attr):
            return Attribute(expression(value), attr)
        case ast.Call():
            return _call(node)
        case ast.Await(value=value):
            return Await(expression(value))
        case ast.IfExp(body=body, orelse=orelse):
            return Either((expression(body), expression(orelse)))
        case ast.BoolOp(op=ast.Or(), values=[*others, last]):
            return Either((*(Refined(expression(value), (), True) for value in others), expression(last)))
        case ast.NamedExpr(value=value):
            return expression(value)
        case ast.Subscript(value=value, slice=items):
            return Subscript(expression(value), _items(items))
        case ast.Constant(value=constant):
            return Literal("None" if constant is None else type(constant).__name__)
        case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Add() | ast.Mod()):
            return Literal("str")
        case ast.BinOp(left=left, op=op, right=right):
            return Call(Attribute(expression(left), OPERATORS[type(op)]), (expression(right),))
        case ast.Tuple(elts=elements) if 0 < len(elements) <= LONGEST and not _is_starred(elements):
            return Items(tuple(expression(element) for element in elements))
        case ast.List(elts=elements) | ast.Set(elts=elements) if found := _kinds(elements):
            return Display(DISPLAYS[type(node)], found)
        case ast.Dict(keys=keys, values=values) if (kinds := _kinds(keys)) and (held := _kinds(values)):
            return Display("dict", kinds, held)
        case _:
            kind = DISPLAYS.get(type(node))
            return Literal(kind) if kind else Opaque(type(node).__name__)


def _kinds(elements: Sequence[ast.expr | None]) -> tuple[Expression, ...]:
    """The different kinds of constants, and of tuples of them, among some elements; () where there are others."""
    if not all(_is_constant(element) for element in elements):
        return ()
    found = dict.fromkeys(expression(element) for element in elements if element is not None)
    return tuple(found) if len(found) <= LONGEST else ()


def _is_constant(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return len(node.elts) <= LONGEST and all(isinstance(e, ast.Constant) for e in node.elts)
    return isinstance(node, ast.Constant)


def _is_starred(elements: list[ast.expr]) -> bool:
    return any(isinstance(element, ast.Starred) for element in elements)


def _call(node: ast.Call) -> Call:
    func = expression(node.func)
    last = func.id if isinstance(func, Name) else func.name if isinstance(func, Attribute) else ""
    reads = last in READ
    is_open = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
    if reads:
        arguments = tuple(annotation(argument) for argument in node.args)
        keywords = tuple((k.arg, annotation(k.value)) for k in node.keywords if k.arg is not None)
    elif last in PASSED:
        arguments = tuple(expression(argument) for argument in node.args)
        keywords = tuple((k.arg, Opaque("argument")) for k in node.keywords if k.arg is not None)
    else:
        arguments = tuple(Opaque("argument") for _ in node.args)
        keywords = tuple((k.arg, Opaque("argument")) for k in node.keywords if k.arg is not None)
    return Call(func, arguments, keywords, is_open)


def annotation(node: ast.expr) -> Expression:
    """The facts of an annotation: strings are parsed, `|` is a choice, `None` is None. One that isn't valid is opaque."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return annotation(ast.parse(text.strip(), mode="eval").body)
            except (SyntaxError, ValueError):
                return Opaque("string")
        case ast.Constant(value=None):
            return Literal("None")
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Either((annotation(left), annotation(right)))
        case ast.Subscript(value=value, slice=items):
            return Subscript(annotation(value), _items(items))
        case ast.List(elts=elements):
            return Listed(tuple(annotation(element) for element in elements))
        case ast.Attribute(value=value, attr=attr):
            return Attribute(annotation(value), attr)
        case _:
            return expression(node)


def _items(node: ast.expr) -> tuple[Expression, ...]:
    elements = node.elts if isinstance(node, ast.Tuple) else [node]
    return tuple(annotation(element) for element in elements)


def dotted(fact: Expression) -> str:
    """`a.b.c` of a chain of names, '' of anything else."""
    match fact:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name):
            owner = dotted(value)
            return f"{owner}.{name}" if owner else ""
        case _:
            return ""


def written(fact: Expression) -> str:
    """The expression in short, for people: `self.client`, `Secret(...)`."""
    match fact:
        case Name(id=name) | Given(id=name):
            return name.partition(VERSION)[0]
        case Refined(value=value):
            return written(value)
        case Attribute(value=value, name=name):
            return f"{written(value)}.{name}"
        case Call(func=func, arguments=arguments, keywords=keywords):
            return f"{written(func)}({'...' if arguments or keywords else ''})"
        case Await(value=value):
            return f"await {written(value)}"
        case Subscript(value=value):
            return f"{written(value)}[...]"
        case Literal(builtin=kind):
            return kind
        case Items():
            return "tuple"
        case Display(builtin=kind):
            return kind
        case _:
            return "..."
