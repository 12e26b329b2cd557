"""Where an except clause stands, for the ledger and for rewriting it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from refactorkit.analysis.handler_traits import attributes_of, traits_of
from refactorkit.analysis.raise_facts import Site, Span
from refactorkit.splice import text_of

NARROW = re.compile(r"[A-Z]\w*(?:Error|Interrupt|Exit|Iteration|Warning)$")
"""Names that no broad type has: their clauses need no site."""
KEYWORD = re.compile(rb"except[ \t\f]*\*?")


def site_of(
    data: bytes,
    attempt: ast.Try,
    handler: ast.ExceptHandler,
    around: Sequence[tuple[ast.AST, str]],
    registered: frozenset[str],
    function: str,
) -> Site | None:
    """The site of a clause that may be broad by its syntax; None for one that can't be."""
    if handler.type is not None and not _may_be_broad(handler.type):
        return None
    first = handler.body[0]
    is_quiet = len(handler.body) == 1 and (
        isinstance(first, ast.Pass | ast.Continue)
        or (isinstance(first, ast.Return) and _is_default(first.value))
        or (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant))
    )
    return Site(
        handler.col_offset,
        _types(data, handler),
        tuple(dict.fromkeys(str(t) for t in traits_of(attempt, handler, around, registered))),
        attributes_of(handler) if handler.name else (),
        function,
        first.lineno if is_quiet else 0,
        isinstance(first, ast.Pass),
        first.lineno,
    )


def _may_be_broad(node: ast.expr) -> bool:
    match node:
        case ast.Tuple(elts=elements):
            return any(_may_be_broad(element) for element in elements)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return not NARROW.match(name)
        case ast.Starred(value=value):
            return _may_be_broad(value)
        case _:
            return True


def _is_default(value: ast.expr | None) -> bool:
    """Whether a returned value is made without a call."""
    return value is None or not any(isinstance(n, ast.Call | ast.Await) for n in ast.walk(value))


def _types(data: bytes, handler: ast.ExceptHandler) -> Span:
    node = handler.type
    if node is None:
        line = text_of(data).lines[handler.lineno - 1]
        keyword = KEYWORD.match(line, handler.col_offset)
        column = handler.col_offset + (len(keyword.group().rstrip()) if keyword else len("except"))
        return Span(handler.lineno, column, handler.lineno, column)
    return Span(node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)
