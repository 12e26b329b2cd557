"""What functions, classes and names are, as frozen facts, and how they are read from syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from refactorkit.analysis.expressions import (
    OPERATORS,
    Attribute,
    Call,
    Element,
    Entered,
    Expression,
    Name,
    Opaque,
    annotation,
    expression,
)
from refactorkit.syntax import descendants

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Parameter(Struct, frozen=True, array_like=True):
    """One parameter. `kind` is `positional`, `keyword`, `*` or `**`; `is_optional`: it has a default."""

    name: str
    annotation: Expression | None
    kind: str
    is_optional: bool


class Function(Struct, frozen=True, tag="f", array_like=True):
    """A function by its `__qualname__`; `line` is that of `def`."""

    name: str
    line: int
    is_async: bool
    decorators: tuple[Expression, ...]
    parameters: tuple[Parameter, ...]
    returns: Expression | None


class Imported(Struct, frozen=True, tag="i", array_like=True):
    """`from module import attribute` (attribute None: the module itself); `is_typing`: only for type checkers.

    `module` is dotted and absolute, or starts with one dot a level when it is relative. `line` is the statement's.
    """

    module: str
    attribute: str | None
    is_typing: bool
    line: int


class Assigned(Struct, frozen=True, tag="a", array_like=True):
    """A name or attribute that gets a value, or is only declared. `line` is where."""

    value: Expression | None
    annotation: Expression | None
    line: int


class Nested(Struct, frozen=True, tag="c", array_like=True):
    """A class statement, by the class's `__qualname__`."""

    name: str


Bound = Imported | Function | Assigned | Nested


class Scope(Struct, frozen=True, array_like=True):
    """A function from inside: what its names are bound to.

    `owner` is the `__qualname__` of the class that it is a method of, or ''; `parent` the index of the function around
    it, or -1; `outer` holds the names that it takes from further out by `global` or `nonlocal`.
    """

    function: Function
    owner: str
    parent: int
    names: dict[str, tuple[Bound, ...]]
    outer: tuple[str, ...]


def read_function(node: FunctionNode, prefix: str) -> Function:
    """The facts of a function whose qualified name starts with `prefix`."""
    return Function(
        prefix + node.name,
        node.lineno,
        isinstance(node, ast.AsyncFunctionDef),
        tuple(expression(decorator) for decorator in node.decorator_list),
        tuple(_parameters(node.args)),
        annotation(node.returns) if node.returns else None,
    )


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        yield _parameter(argument, "positional", index >= required)
    if arguments.vararg:
        yield _parameter(arguments.vararg, "*", True)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, "keyword", default is not None)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, "**", True)


def _parameter(argument: ast.arg, kind: str, is_optional: bool) -> Parameter:
    declared = annotation(argument.annotation) if argument.annotation else None
    return Parameter(argument.arg, declared, kind, is_optional)


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body in no order; nested functions, classes and lambdas are given, but not entered."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        found = waiting.pop()
        yield found
        if not isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(found))


def read_scope(node: FunctionNode, prefix: str, owner: str, parent: int) -> Scope:
    """The facts of a function from inside. `prefix` is that of its qualified name, the others as in `Scope`."""
    names: dict[str, list[Bound]] = {}
    outer: list[str] = []
    inner = f"{prefix}{node.name}.<locals>."
    for found in own_nodes(node):
        if isinstance(found, ast.Global | ast.Nonlocal):
            outer += found.names
        elif isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            for deep in descendants(found):
                if isinstance(deep, ast.Nonlocal):
                    for name in deep.names:
                        names.setdefault(name, []).append(unknown("nonlocal", found.lineno))
        for name, bound in bindings(found, inner):
            names.setdefault(name, []).append(bound)
    ordered = {name: tuple(bound) for name, bound in sorted(names.items())}
    return Scope(read_function(node, prefix), owner, parent, ordered, tuple(sorted(outer)))


def bindings(node: ast.AST, prefix: str, is_typing: bool = False) -> Iterator[tuple[str, Bound]]:
    """The names that one node binds by itself, each with what to. `prefix` is that of qualified names here."""
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from _imported(node, is_typing)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name, read_function(node, prefix)
        case ast.ClassDef(name=name):
            yield name, Nested(prefix + name)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _targets(target, value, node.lineno)
        case ast.AnnAssign(target=ast.Name(id=name), annotation=declared, value=given):
            fact = expression(given) if given else None
            yield name, Assigned(fact, annotation(declared), node.lineno)
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            grown = Attribute(Name(name), f"__i{OPERATORS[type(op)][2:]}")
            yield name, Assigned(Call(grown, (expression(value),)), None, node.lineno)
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, Assigned(expression(value), None, node.lineno)
        case ast.For(target=target, iter=items) | ast.AsyncFor(target=target, iter=items):
            element = Element(expression(items), isinstance(node, ast.AsyncFor))
            yield from _bound_to(target, element, node.lineno)
        case ast.comprehension(target=target, iter=items):
            element = Element(expression(items), bool(node.is_async))
            yield from _bound_to(target, element, target.lineno)
        case ast.With(items=managers) | ast.AsyncWith(items=managers):
            for item in managers:
                if item.optional_vars is not None:
                    entered = Entered(expression(item.context_expr), isinstance(node, ast.AsyncWith))
                    yield from _bound_to(item.optional_vars, entered, node.lineno)
        case ast.ExceptHandler(name=str(name)):
            yield name, unknown("except", node.lineno)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, unknown("match", node.lineno)
        case _ if type(node).__name__ == "TypeAlias":  # Python 3.12: `type X = ...`
            yield node.name.id, Assigned(annotation(node.value), None, node.lineno)  # type: ignore[attr-defined]
        case _:
            pass


def unknown(kind: str, line: int) -> Assigned:
    """A binding to something that no inference follows."""
    return Assigned(Opaque(kind), None, line)


def _imported(node: ast.Import | ast.ImportFrom, is_typing: bool) -> Iterator[tuple[str, Bound]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield alias.asname or alias.name, Imported(module, alias.name, is_typing, node.lineno)
        elif alias.asname:
            yield alias.asname, Imported(alias.name, None, is_typing, node.lineno)
        else:
            root = alias.name.partition(".")[0]
            yield root, Imported(root, None, is_typing, node.lineno)


def _targets(target: ast.expr, value: ast.expr, line: int) -> Iterator[tuple[str, Bound]]:
    if isinstance(target, ast.Name):
        yield target.id, Assigned(expression(value), None, line)
    elif (
        isinstance(target, ast.Tuple)
        and isinstance(value, ast.Tuple)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(e, ast.Starred) for e in (*target.elts, *value.elts))
    ):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _targets(one, other, line)
    else:
        yield from _bound_to(target, Opaque("unpacked"), line)


def _bound_to(target: ast.expr, value: Expression, line: int) -> Iterator[tuple[str, Bound]]:
    """The names of a target: one gets the value, several get something of it that isn't followed."""
    if isinstance(target, ast.Name):
        yield target.id, Assigned(value, None, line)
    elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id, unknown("unpacked", line)


def flat(body: Sequence[ast.stmt], is_typing: bool = False) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of one scope in order, those inside compound statements included; whether only type checkers run
    them."""
    for statement in body:
        yield statement, is_typing
        match statement:
            case ast.If(test=test):
                guarded = is_typing or _is_type_checking(test)
                yield from flat(statement.body, guarded)
                yield from flat(statement.orelse, is_typing)
            case ast.Try() | ast.For() | ast.While() | ast.AsyncFor() | ast.With() | ast.AsyncWith():
                yield from flat(statement.body, is_typing)
                yield from flat(getattr(statement, "orelse", ()), is_typing)
                yield from flat(getattr(statement, "finalbody", ()), is_typing)
                for handler in getattr(statement, "handlers", ()):
                    yield handler, is_typing
                    yield from flat(handler.body, is_typing)
            case ast.Match(cases=cases):
                for case in cases:
                    yield from flat(case.body, is_typing)
            case _:
                pass


def _is_type_checking(test: ast.expr) -> bool:
    return getattr(test, "attr", getattr(test, "id", None)) == "TYPE_CHECKING"
