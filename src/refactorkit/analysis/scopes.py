"""Which names are bound in the functions and classes around a piece of code."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def is_local(node: ast.expr, ancestors: tuple[ast.AST, ...]) -> bool:
    """Whether the name is bound in a function or class around it, so that it doesn't mean the module's."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    name = getattr(root, "id", "")
    for scope in ancestors:
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if any(binds(n, name) for n in ast.walk(scope)):
                return True
        elif isinstance(scope, ast.ClassDef) and any(
            binds(n, name) for s in scope.body for n in _own_nodes(s)
        ):
            return True
    return False


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(statement, ast.Assign | ast.Import | ast.ImportFrom):
        yield from ast.walk(statement)
    elif isinstance(statement, ast.ClassDef | ast.FunctionDef):
        yield ast.Name(statement.name, ast.Store())


def binds(node: ast.AST, name: str) -> bool:
    """Whether a node of its own makes the name a local one: a store, a parameter, an import."""
    match node:
        case ast.Name(id=bound, ctx=ast.Store()) | ast.arg(arg=bound):
            return bound == name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return any((a.asname or a.name.partition(".")[0]) == name for a in names)
        case _:
            return False


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements below a node: bodies, branches and handlers, outermost first."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
            for statement in body:
                yield from blocks(statement)
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from blocks(part)
