"""Both halves of a pair in colour, to be read beside each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from refactorkit.model import Change, Finding
from refactorkit.report.html.colours import Coloured
from refactorkit.report.hunks import lines_of
from refactorkit.syntax import syntax_tree
from refactorkit.visible import visible

LONGEST = 80
"""Lines of a half beyond which the rest is left to the file."""
Span = tuple[int, int]


class Bodies:
    """The functions of a file before its change, by their qualified name."""

    def __init__(self, change: Change) -> None:
        data = change.before or b""
        self._found: dict[str, Span] = {}
        self._colour = Coloured(lines_of(data), change.path.endswith((".py", ".pyi")))
        try:
            self._found = dict(_functions(syntax_tree(data), ""))
        except (SyntaxError, ValueError, RecursionError):
            return  # a file that only libcst reads: its pairs are shown without

    def of(self, finding: Finding) -> list[dict[str, Any]] | None:
        """Both halves of the pair that a finding is about: their names, first lines and lines; None for no such pair."""
        pair = finding.evidence.get("pair")
        if "relation" not in finding.evidence or not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        if not all(isinstance(name, str) and name in self._found for name in pair):
            return None
        return [self._half(name) for name in pair]

    def _half(self, name: str) -> dict[str, Any]:
        first, last = self._found[name]
        lines = self._colour(first - 1, min(last, first - 1 + LONGEST))
        return {"name": visible(name), "line": first, "lines": [(line.text, line.runs) for line in lines]}


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Span]]:
    """The functions below a node with their lines; of several with one name the last counts, as it does in Python."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = [d.lineno for d in child.decorator_list]
            yield f"{prefix}{child.name}", (min([child.lineno, *lines]), child.end_lineno or child.lineno)
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from _functions(child, prefix)
