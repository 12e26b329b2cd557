"""Pairs: a sync function and its async twin in the same scope of one file.

A pair is declared by a dispatching decorator (`@async_dispatch(aload)` on `def load`), or, where the options name
conventions (`a{}`, `{}_async`), by the names alone. Facts of one file are a pure function of its bytes, so that they
can be kept by content.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from refactorkit.splice import span
from refactorkit.syntax import syntax_tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Kind(StrEnum):
    """How a function is bound when it is called."""

    FUNCTION = "function"
    METHOD = "method"
    CLASSMETHOD = "classmethod"
    STATICMETHOD = "staticmethod"


class Half(Struct, frozen=True):
    """One of the two functions: `name` is its `__qualname__` (`Block.load`, `outer.<locals>.load`).

    `first` is the line of the first decorator, `line` that of `def`, `last` the last of the body; all count from 1.
    """

    path: str
    name: str
    kind: Kind
    first: int
    line: int
    last: int

    @property
    def short(self) -> str:
        """The bare name: `load`."""
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The class that holds a method (`Block`), or ''; `<locals>` is part of it where it is local."""
        return "" if self.kind is Kind.FUNCTION else self.name.rpartition(".")[0]

    @property
    def is_local(self) -> bool:
        """Whether the function only exists while another one runs."""
        return "<locals>" in self.name


class Pair(Struct, frozen=True):
    """A sync function and its async twin. `decorator` is what declares it, as written, or '' where only names do."""

    sync: Half
    twin: Half
    decorator: str = ""

    @property
    def names(self) -> list[str]:
        """Both qualified names, as the ledger's evidence `pair` has them."""
        return [self.sync.name, self.twin.name]

    @property
    def key(self) -> tuple[str, str, int]:
        """What identifies the pair in a project: path, qualified name and line of the sync half."""
        return self.sync.path, self.sync.name, self.sync.line


class Unpaired(Struct, frozen=True):
    """A function with a dispatching decorator whose async half isn't an `async def` beside it; `why` says so.

    `twin` is the name that the decorator takes, or ''.
    """

    half: Half
    why: str
    twin: str = ""


class FilePairs(Struct, frozen=True):
    """The pairs of one file in source order, and the decorated functions that are no pair."""

    pairs: tuple[Pair, ...] = ()
    unpaired: tuple[Unpaired, ...] = ()


def file_pairs(
    path: str, data: bytes, decorators: Sequence[str], conventions: Sequence[str] = ()
) -> FilePairs:
    """The pairs of a file. `decorators` are bare or dotted names; `conventions` patterns such as `a{}`.

    Raises what `ast.parse` raises.
    """
    tree = syntax_tree(data)
    wanted = _local_names(data, decorators)
    pairs: list[Pair] = []
    unpaired: list[Unpaired] = []
    for prefix, owner, functions in scopes(tree):
        for position, node in enumerate(functions):
            if isinstance(node, ast.AsyncFunctionDef) or is_overload(node):
                continue
            half = half_of(path, prefix, owner, node)
            call = _dispatch(node, wanted)
            if call is not None:
                found = _declared_twin(call, functions[:position], functions[position + 1 :])
                if isinstance(found, str):
                    given = [a.id for a in getattr(call, "args", ()) if isinstance(a, ast.Name)]
                    unpaired.append(Unpaired(half, found, "".join(given[:1])))
                else:
                    twin = half_of(path, prefix, owner, found)
                    written = call.func if isinstance(call, ast.Call) else call
                    pairs.append(Pair(half, twin, ast.unparse(written)))
            elif conventions and (named := _named_twin(node, functions, conventions)):
                pairs.append(Pair(half, half_of(path, prefix, owner, named)))
    order = sorted(pairs, key=lambda p: p.sync.line)
    return FilePairs(tuple(order), tuple(sorted(unpaired, key=lambda u: u.half.line)))


def scopes(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef | None, list[Function]]]:
    """Every scope that holds functions: the prefix of their qualified names, the class if it is one, the functions.

    Functions inside `if`, `try`, `with` and loops belong to the scope around these.
    """
    waiting: list[tuple[str, ast.ClassDef | None, list[ast.stmt]]] = [("", None, tree.body)]
    while waiting:
        prefix, owner, body = waiting.pop()
        functions: list[Function] = []
        for statement in flat(body):
            if isinstance(statement, ast.ClassDef):
                waiting.append((f"{prefix}{statement.name}.", statement, statement.body))
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append(statement)
                waiting.append((f"{prefix}{statement.name}.<locals>.", None, statement.body))
        if functions:
            yield prefix, owner, functions


COMPOUND = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
)  # fmt: skip
"""Statements that hold others of the same scope."""


def flat(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of one scope in source order, those inside compound statements included."""
    for statement in body:
        yield statement
        if not isinstance(statement, COMPOUND):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from flat(getattr(statement, field, ()))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from flat(part.body)


def half_of(path: str, prefix: str, owner: ast.ClassDef | None, node: Function) -> Half:
    """The facts of one function of a scope."""
    names = {tail(d) for d in node.decorator_list}
    kind = Kind.FUNCTION if owner is None else Kind.METHOD
    if owner is not None and (names & {"classmethod", "staticmethod"}):
        kind = Kind.CLASSMETHOD if "classmethod" in names else Kind.STATICMETHOD
    first, last = span(node)
    return Half(path, prefix + node.name, kind, first, node.lineno, last)


def tail(expression: ast.expr) -> str:
    """The last name of a decorator or callee: `overload` of `typing.overload`, `task` of `@task(...)`."""
    if isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def is_overload(node: Function) -> bool:
    """Whether the function only declares a signature (`@overload`)."""
    return any(tail(d) == "overload" for d in node.decorator_list)


def _local_names(data: bytes, decorators: Sequence[str]) -> set[str]:
    """The decorators' names as this file may spell them: dotted, bare, and under the alias of an import."""
    tails = {name.rpartition(".")[2] for name in decorators}
    words = b"|".join(re.escape(t.encode()) for t in sorted(tails))
    return tails | {m.decode() for m in re.findall(rb"\b(?:" + words + rb")[ \t]+as[ \t]+(\w+)", data)}


def _dispatch(node: Function, wanted: set[str]) -> ast.expr | None:
    """The decorator of a function that declares it as the sync half."""
    return next((d for d in node.decorator_list if tail(d) in wanted), None)


def _declared_twin(
    decorator: ast.expr, above: Sequence[Function], below: Sequence[Function]
) -> ast.AsyncFunctionDef | str:
    """The async function that the decorator names; why there is none otherwise."""
    if not isinstance(decorator, ast.Call) or len(decorator.args) != 1 or decorator.keywords:
        return "its decorator takes no single function"
    argument = decorator.args[0]
    if not isinstance(argument, ast.Name):
        return f"{ast.unparse(argument)} isn't a function of the same scope"
    named = [f for f in above if f.name == argument.id and not is_overload(f)]
    if not named:
        where = "below it" if any(f.name == argument.id for f in below) else "not in the same scope"
        return f"{argument.id} is defined {where}"
    twin = named[-1]
    if isinstance(twin, ast.FunctionDef):
        return f"{argument.id} isn't an async function"
    return twin


def _named_twin(
    node: Function, functions: Sequence[Function], conventions: Sequence[str]
) -> ast.AsyncFunctionDef | None:
    names = {pattern.format(node.name) for pattern in conventions}
    found = [f for f in functions if isinstance(f, ast.AsyncFunctionDef) and f.name in names]
    same = [f for f in functions if isinstance(f, ast.FunctionDef) and f.name == node.name]
    return (
        found[0]
        if len(found) == 1 and not [f for f in same if f is not node and not is_overload(f)]
        else None
    )
