"""What the recorder has to know: where the broad handlers of a project stand, and what the clauses before them catch."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from refactorkit.syntax import syntax_tree

Clause = tuple[int, bool, tuple[Any, ...]]
"""The line of its `except` (from 1), whether it is broad, and the expression of its type: `("bare",)`, `("name", "OSError")`,
`("attribute", ("name", "json"), "JSONDecodeError")`, `("tuple", ...)`, or `("unknown",)` for what has to be computed."""
Chains = dict[int, tuple[Clause, ...]]
"""By the line of the first `except` of a `try` that has a broad clause: its clauses, up to the last broad one."""

BROAD = frozenset({"Exception", "BaseException"})
MENTION = re.compile(rb"\bexcept\s*:|\bexcept\b[^:]*\b(?:Base)?Exception\b")


class Planned(Struct, frozen=True):
    """The chains of each file that has a broad handler, and the files that could not be parsed."""

    files: dict[str, Chains]
    unparsed: tuple[str, ...]

    @property
    def handlers(self) -> int:
        """How many broad handlers there are."""
        return sum(
            is_broad
            for chains in self.files.values()
            for clauses in chains.values()
            for _, is_broad, _ in clauses
        )


def planned(sources: Mapping[str, bytes]) -> Planned:
    """Where the broad handlers of these sources stand; the keys are the paths that the interpreter knows them by."""
    files: dict[str, Chains] = {}
    unparsed = []
    for path, data in sources.items():
        if not MENTION.search(data):
            continue
        try:
            chains = chains_of(data)
        except (SyntaxError, ValueError, RecursionError):
            unparsed.append(path)
            continue
        if chains:
            files[path] = chains
    return Planned(files, tuple(unparsed))


def chains_of(data: bytes) -> Chains:
    """The chains of `except` clauses with a broad one. `except*` has none: it takes groups apart.

    Raises SyntaxError, ValueError or RecursionError where the source can't be parsed.
    """
    found: Chains = {}
    for node in ast.walk(syntax_tree(data)):
        if isinstance(node, ast.Try):
            clauses = [(h.lineno, is_broad(h.type), _expression(h.type)) for h in node.handlers]
            while clauses and not clauses[-1][1]:
                clauses.pop()
            if clauses:
                found[clauses[0][0]] = tuple(clauses)
    return found


def is_broad(caught: ast.expr | None) -> bool:
    """Whether a clause is bare, or catches Exception or BaseException by that name, alone or among others."""
    if isinstance(caught, ast.Tuple):
        return any(is_broad(one) for one in caught.elts)
    if isinstance(caught, ast.Attribute):
        return caught.attr in BROAD and isinstance(caught.value, ast.Name) and caught.value.id == "builtins"
    return caught is None or (isinstance(caught, ast.Name) and caught.id in BROAD)


def _expression(caught: ast.expr | None) -> tuple[Any, ...]:
    match caught:
        case None:
            return ("bare",)
        case ast.Name(id=name):
            return ("name", name)
        case ast.Attribute(value=owner, attr=name):
            return ("attribute", _expression(owner), name)
        case ast.Tuple(elts=parts):
            return ("tuple", *map(_expression, parts))
        case _:
            return ("unknown",)


__all__ = ["BROAD", "Chains", "Clause", "Planned", "chains_of", "is_broad", "planned"]
