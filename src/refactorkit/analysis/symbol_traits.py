"""What keeps a statement at the top level in its module, or ties it to others, as far as its syntax shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from refactorkit.syntax import descendants

PLAIN_DECORATORS = {
    "abstractmethod", "asynccontextmanager", "cache", "contextmanager", "dataclass", "deprecated", "final", "lru_cache",
    "overload", "runtime_checkable", "total_ordering", "unique", "wraps",
}  # fmt: skip
"""Decorators of the standard library that tell nobody about what they decorate."""
PLAIN_CALLS = {"TypeVar", "ParamSpec", "NewType", "TypeVarTuple", "frozenset", "namedtuple", "timedelta"}
"""Callees whose result nobody can change."""
IDENTITY = {
    "__name__",
    "__file__",
    "__spec__",
    "__package__",
    "__path__",
    "__loader__",
    "__builtins__",
    "globals",
    "eval",
    "exec",
}
"""Names through which code sees which module it stands in, or the names around it."""
LOOKING = {
    "_getframe",
    "currentframe",
    "getsource",
    "getsourcefile",
    "getsourcelines",
    "getmodule",
    "getfile",
}
"""Functions of `sys` and `inspect` that lead from code to its module."""
PICKLING = {
    "__reduce__",
    "__reduce_ex__",
    "__getstate__",
    "__setstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
}
TELLING = (ast.Name, ast.Call, ast.Attribute, ast.Global, ast.FunctionDef)
"""Nodes that may have a trait."""
TYPED = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.Subscript, ast.Call)
"""Nodes with a place for a type."""
WORD = re.compile(r"[^\W\d]\w*")
LONGEST_TYPE = 200
"""Characters of a string that may be a type."""


class Trait(StrEnum):
    """What keeps a statement in its module, or ties it to others."""

    IDENTITY = "identity"
    """It can see which module it stands in."""
    REBINDS = "rebinds"
    """It gives names of its module new values (`global`)."""
    SHARED_LINE = "shared-line"
    """Another statement stands on its lines."""
    MUTABLE = "mutable"
    """Its value is one that can be changed, as far as the source shows."""
    ACTIVE = "active"
    """Defining it runs code that may tell somebody: an unknown decorator, a call."""
    OVERLOAD = "overload"
    """A definition for type checkers; the next of that name is meant."""
    READS_MODULE = "reads-module"
    """It asks objects for their `__module__`."""
    PICKLED = "pickled"
    """A class that says how it is pickled."""
    TYPED = "typed"
    """A class with annotated attributes that its base or decorator may evaluate."""


def in_strings(nodes: Sequence[ast.AST]) -> set[str]:
    """The names in strings that stand where a type can: annotations, subscripts, arguments of `cast` and its kind."""
    found: set[str] = set()
    for inner in nodes:
        if not isinstance(inner, TYPED):
            continue
        places: Sequence[ast.AST | None] = ()
        match inner:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                places = (annotation,)
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                places = (returns,)
            case ast.Subscript(slice=index):
                places = (index,)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in (
                "cast", "TypeVar", "ForwardRef", "NewType"
            ):  # fmt: skip
                places = (*inner.args, *(k.value for k in inner.keywords))
        for place in places:
            found |= _names_in_strings(place)
    return found


def _names_in_strings(node: ast.AST | None) -> set[str]:
    found: set[str] = set()
    for inner in descendants(node) if node is not None else ():
        if (
            isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and len(inner.value) < LONGEST_TYPE
        ):
            found |= set(WORD.findall(inner.value))
    return found


def attribute_types(nodes: Sequence[ast.AST]) -> set[str]:
    """The names in the annotations of class attributes where a base or a decorator could evaluate them."""
    found: set[str] = set()
    for inner in nodes:
        if isinstance(inner, ast.ClassDef) and (inner.bases or inner.keywords or inner.decorator_list):
            for statement in inner.body:
                if isinstance(statement, ast.AnnAssign):
                    names = (n.id for n in descendants(statement.annotation) if isinstance(n, ast.Name))
                    found |= {*names, *_names_in_strings(statement.annotation)}
    return found


def unknown_decorators(node: ast.AST) -> Iterator[str]:
    """The first names of decorators that may tell somebody what they decorate."""
    for decorator in getattr(node, "decorator_list", ()):
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        if last not in PLAIN_DECORATORS:
            yield next((n.id for n in descendants(callee) if isinstance(n, ast.Name)), last)


def traits_of(nodes: Sequence[ast.AST]) -> Iterator[Trait]:
    """The traits of a statement, some of them several times; SHARED_LINE can only be seen from outside.

    Here and above `nodes` are the statement and all below it.
    """
    for inner in nodes:
        if not isinstance(inner, TELLING):
            continue
        match inner:
            case ast.Name(id=name) if name in IDENTITY or name in LOOKING:
                yield Trait.IDENTITY
            case ast.Call(func=ast.Name(id="vars" | "locals" | "dir"), args=[]):
                yield Trait.IDENTITY
            case ast.Attribute(attr=name) if name in LOOKING:
                yield Trait.IDENTITY
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                yield Trait.IDENTITY
            case ast.Attribute(value=ast.Name(id="inspect"), attr="stack" | "trace"):
                yield Trait.IDENTITY
            case ast.Attribute(attr="__module__"):
                yield Trait.READS_MODULE
            case ast.Global():
                yield Trait.REBINDS
            case ast.FunctionDef(name=name) if name in PICKLING:
                yield Trait.PICKLED
    node = nodes[0]
    if any(unknown_decorators(node)):
        yield Trait.ACTIVE
    decorators = getattr(node, "decorator_list", ())
    if any(_last(d) == "overload" for d in decorators):
        yield Trait.OVERLOAD
    if attribute_types(nodes):
        yield Trait.TYPED
    if isinstance(node, ast.Assign | ast.AnnAssign) and not (node.value and _is_lasting(node.value)):
        yield Trait.MUTABLE
        if any(isinstance(n, ast.Call) for n in nodes):
            yield Trait.ACTIVE


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_lasting(node: ast.expr) -> bool:
    """Whether nobody can change the value: constants, names, types, and what is put together of these."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
            return _is_lasting(value)
        case ast.Tuple(elts=parts):
            return all(map(_is_lasting, parts))
        case ast.BinOp(left=left, right=right):
            return _is_lasting(left) and _is_lasting(right)
        case ast.Subscript():  # a type such as `dict[str, Any]` or an item of something that is not made here
            return not any(isinstance(n, ast.Call) for n in descendants(node))
        case ast.Call(func=func):
            return _last(func) in PLAIN_CALLS
        case _:
            return False
