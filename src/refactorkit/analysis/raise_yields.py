"""Whether a generator function yields exactly once on every way through it, as what becomes a context manager has to."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from refactorkit.analysis.handler_traits import own

MANY = 2
"""Twice or more."""
SWALLOWING = frozenset(["suppress", "raises"])
"""Context managers that end what is raised in them, by their last names."""
NONE = frozenset([0])


class Ways(Struct, frozen=True):
    """How often something has yielded where it goes on, and where it returns."""

    on: frozenset[int] = frozenset()
    back: frozenset[int] = frozenset()

    def then(self, other: Ways) -> Ways:
        """This one, and then the other one."""
        return Ways(_sums(self.on, other.on), self.back | _sums(self.on, other.back))

    def either(self, other: Ways) -> Ways:
        """This one or the other one."""
        return Ways(self.on | other.on, self.back | other.back)


def yields_once(body: Sequence[ast.stmt]) -> bool:
    """Whether a function that isn't left by an exception has yielded once."""
    found = _block(body)
    return found.on | found.back <= {1}


def _sums(some: frozenset[int], others: frozenset[int]) -> frozenset[int]:
    return frozenset(min(one + other, MANY) for one in some for other in others)


def _block(body: Sequence[ast.stmt]) -> Ways:
    found = Ways(NONE)
    for statement in body:
        found = found.then(_statement(statement))
    return found


def _statement(node: ast.stmt) -> Ways:
    match node:
        case ast.Return():
            return Ways(back=_counted(node))
        case ast.Raise():
            return Ways()
        case ast.If(body=body, orelse=orelse):
            return _block(body).either(_block(orelse))
        case ast.For() | ast.AsyncFor() | ast.While():
            inner = _block(node.body).either(_block(node.orelse))
            is_plain = inner.on | inner.back <= NONE
            return Ways(NONE, inner.back) if is_plain else Ways(frozenset(range(MANY + 1)), inner.back)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            inner = _block(body)
            ends = any(_name(item.context_expr) in SWALLOWING for item in items)
            return inner.either(Ways(_so_far(body, inner))) if ends else inner
        case ast.Try():
            return _attempt(node)
        case ast.Match(cases=cases):
            found = Ways(NONE)
            for case in cases:
                found = found.either(_block(case.body))
            return found
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return Ways(NONE)
        case _:
            return Ways(_counted(node))


def _attempt(node: ast.Try) -> Ways:
    inner = _block(node.body)
    found = inner.then(_block(node.orelse))
    for handler in node.handlers:
        found = found.either(Ways(_so_far(node.body, inner)).then(_block(handler.body)))
    final = _block(node.finalbody)
    return found.then(final).either(Ways(back=_sums(found.back, final.on)))


def _so_far(body: Sequence[ast.stmt], inner: Ways) -> frozenset[int]:
    """How often a body may have yielded when an exception leaves it: before it has, unless that is the first it does."""
    first = body[0]
    is_first = isinstance(first, ast.Expr) and isinstance(first.value, ast.Yield)
    yielded = frozenset(n for n in inner.on | inner.back | _counted(*body) if n)
    return yielded if is_first and _is_plain(first.value.value) else yielded | NONE  # type: ignore[attr-defined]


def _is_plain(node: ast.expr | None) -> bool:
    return node is None or isinstance(node, ast.Name | ast.Constant)


def _counted(*nodes: ast.stmt) -> frozenset[int]:
    found = [inner for inner in own(list(nodes)) if isinstance(inner, ast.Yield | ast.YieldFrom)]
    if any(isinstance(inner, ast.YieldFrom) for inner in found):
        return frozenset(range(MANY + 1))
    return frozenset([min(len(found), MANY)])


def _name(node: ast.expr) -> str:
    func = node.func if isinstance(node, ast.Call) else node
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
