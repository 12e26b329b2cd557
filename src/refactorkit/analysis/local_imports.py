"""The imports that a function has surely run before a line of it, so that what they bind can be named there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from refactorkit.analysis.definitions import Imported
from refactorkit.analysis.raise_facts import TopImport
from refactorkit.analysis.values import Place
from refactorkit.syntax import descendants, syntax_tree

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def local_imports(data: bytes, place: Place, line: int) -> list[TopImport]:
    """The imports in the body of the function around a line, under no condition and above it, whose names the function
    binds to nothing else."""
    scope = place.scope
    if scope is None or not any(isinstance(b, Imported) for bounds in scope.names.values() for b in bounds):
        return []
    around = [
        node
        for node in descendants(syntax_tree(data))
        if isinstance(node, FUNCTIONS) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    body = max(around, key=lambda node: node.lineno).body if around else []
    return [
        found
        for statement in body
        if (statement.end_lineno or statement.lineno) < line
        for found in _bound_by(statement)
        if _is_kept(found.bound.partition(".")[0], scope.names.get(found.bound.partition(".")[0], ()), body)
    ]


def _bound_by(statement: ast.stmt) -> Iterator[TopImport]:
    match statement:
        case ast.Import(names=names):
            for alias in names:
                yield TopImport(alias.asname or alias.name, alias.name, None, statement.lineno)
        case ast.ImportFrom(module=module, names=names, level=level):
            for alias in names:
                if alias.name != "*":
                    dotted = "." * level + (module or "")
                    yield TopImport(alias.asname or alias.name, dotted, alias.name, statement.lineno)
        case _:
            return


def _is_kept(name: str, bounds: Sequence[object], body: Sequence[ast.stmt]) -> bool:
    """Whether a name of a function is bound by one import alone, and never deleted."""
    if len(bounds) != 1 or not isinstance(bounds[0], Imported):
        return False
    return not any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Del)
        for statement in body
        for node in descendants(statement)
    )
