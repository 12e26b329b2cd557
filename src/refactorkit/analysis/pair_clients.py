"""Clients that a body makes for itself, in whatever form: opened in a `with`, assigned, or the one that was handed in.

Forms that differ are taken apart to the plain statements inside, so that the rest of two bodies can be compared.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from refactorkit.analysis.pair_sides import Side
from refactorkit.analysis.pair_twins import Row, means
from refactorkit.analysis.pairs import tail


class Opened(Struct, frozen=True):
    """A block without what makes its clients: their names, and the parameters that may hand one in.

    `forms` says how each was made: `with` or `assigned`.
    """

    statements: tuple[ast.stmt, ...]
    names: tuple[str, ...]
    given: tuple[str, ...]
    forms: tuple[str, ...]


def opened(statements: Sequence[ast.stmt], side: Side, rows: Sequence[Row], is_twin: bool) -> Opened:
    """Take the clients out of a block."""
    rest: list[ast.stmt] = []
    names: list[str] = []
    given: list[str] = []
    forms: list[str] = []
    waiting: dict[str, str] = {}
    for statement in statements:
        match statement:
            case ast.With(items=[item], body=body) | ast.AsyncWith(items=[item], body=body):
                made = item.context_expr
                name = item.optional_vars
                handed = waiting.get(made.id) if isinstance(made, ast.Name) else None
                if isinstance(name, ast.Name) and (handed is not None or _makes(made, side, rows, is_twin)):
                    names.append(name.id)
                    forms.append("with" if handed is None else "given")
                    given += [handed] if handed else _arguments(made, side)
                    rest += side.plain(body)
                    continue
            case ast.Assign(targets=[target], value=value):
                parameter = _choice(value, side, rows, is_twin)
                if parameter and isinstance(target, ast.Name):
                    waiting[target.id] = parameter
                    continue
                first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
                if isinstance(first, ast.Name) and _makes(value, side, rows, is_twin):
                    names.append(first.id)
                    forms.append("assigned")
                    given += _arguments(value, side)
                    continue
            case _:
                pass
        rest.append(statement)
    return Opened(tuple(rest), tuple(names), tuple(given), tuple(forms))


def _makes(node: ast.expr, side: Side, rows: Sequence[Row], is_twin: bool) -> bool:
    """Whether a call makes a client of the side's kind."""
    if not isinstance(node, ast.Call):
        return False
    qualified = side.qualified(node.func)
    if is_twin:
        return any(means(row.twin, qualified) for row in rows)
    given = {k.arg: ast.unparse(k.value) for k in node.keywords}
    return any(means(row.sync, qualified) and all(given.get(n) == v for n, v in row.keywords) for row in rows)


def _choice(node: ast.expr, side: Side, rows: Sequence[Row], is_twin: bool) -> str:
    """The parameter of `nullcontext(client) if client else get_client()`; '' for anything else."""
    if (
        isinstance(node, ast.IfExp)
        and isinstance(node.body, ast.Call)
        and tail(node.body).endswith("nullcontext")
        and isinstance(node.test, ast.Name)
        and _makes(node.orelse, side, rows, is_twin)
    ):
        return node.test.id if node.test.id in side.parameters else ""
    return ""


def _arguments(node: ast.expr, side: Side) -> list[str]:
    """The parameters that a call is handed."""
    if not isinstance(node, ast.Call):
        return []
    values = [*node.args, *(k.value for k in node.keywords)]
    return [v.id for v in values if isinstance(v, ast.Name) and v.id in side.parameters]
