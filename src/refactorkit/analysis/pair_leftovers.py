"""What collapsed pairs leave without use: imports of their files, and private functions that only old bodies called."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from refactorkit.analysis.leftovers import names_in, orphaned_imports
from refactorkit.analysis.modules import Modules, module_parts
from refactorkit.analysis.pair_callees import Place
from refactorkit.analysis.pair_sides import is_docstring
from refactorkit.analysis.pair_verdicts import Judge, Verdict
from refactorkit.analysis.walk_lines import lines_with
from refactorkit.model import Source
from refactorkit.splice import span, text_of

Ranges = dict[str, list[tuple[int, int]]]


class Tidy(Struct, frozen=True):
    """By path: the functions that go, each with its lines and name, and the names whose import goes."""

    deleted: dict[str, list[tuple[tuple[int, int], str]]]
    orphans: dict[str, list[str]]


class Leftovers:
    """Looks for what nobody needs any more; `needed` are the names that new code uses, by path."""

    def __init__(
        self,
        modules: Modules,
        judge: Judge,
        sources: Mapping[str, Source],
        needed: Mapping[str, Collection[str]],
    ) -> None:
        self._modules, self._judge, self._sources, self._needed = modules, judge, sources, needed

    def after(self, collapsed: Iterable[Verdict], dropped: Mapping[str, list[tuple[int, int]]]) -> Tidy:
        """What goes once the bodies of these pairs are wrappers and the lines of `dropped` aren't there."""
        collapsed = list(collapsed)
        gone: Ranges = {path: list(lines) for path, lines in dropped.items()}
        for verdict in collapsed:
            gone.setdefault(verdict.sync.path, []).append(body_lines(verdict.sync))
        deleted: dict[str, list[tuple[tuple[int, int], str]]] = {}
        waiting = [v for verdict in collapsed for v in self._judge.helpers(verdict)]
        while waiting:
            helper = waiting.pop()
            if not self._is_unused(helper.sync, gone):
                continue
            lines = span(helper.sync.node)
            gone.setdefault(helper.sync.path, []).append(lines)
            deleted.setdefault(helper.sync.path, []).append((lines, helper.sync.name))
            waiting += self._judge.helpers(helper)
        orphans = {path: self._orphans(path, ranges) for path, ranges in gone.items()}
        return Tidy(
            {p: sorted(d) for p, d in deleted.items()}, {p: names for p, names in orphans.items() if names}
        )

    def _is_unused(self, helper: Place, gone: Ranges) -> bool:
        """Whether a private function of a file in scope is named nowhere else, tests and strings included."""
        name = helper.node.name
        if not name.startswith("_") or name.startswith("__") or not self._sources[helper.path].in_scope:
            return False
        if any(lines == span(helper.node) for lines in gone.get(helper.path, ())):
            return False
        own = span(helper.node)
        for path in self._modules.mentioning({name}):
            spans = [*gone.get(path, ()), *([own] if path == helper.path else [])]
            lines = lines_with(self._modules.data(path), {name})
            if any(not _inside(line, spans) for line in lines):
                return False
        text = text_of(self._sources[helper.path].data)
        body = helper.owner.node.body if helper.owner else []
        return len(body) != 1 and not text.lines[own[1] - 1].rstrip().endswith(b"\\")

    def _orphans(self, path: str, ranges: list[tuple[int, int]]) -> list[str]:
        module = self._modules.get(path)
        if module is None or not self._sources[path].in_scope:
            return []
        used: set[str] = set()
        for statement in ast.walk(module.tree):
            if isinstance(statement, ast.stmt | ast.expr) and _inside(statement.lineno, ranges):
                used |= names_in(statement) if isinstance(statement, ast.stmt) else {*_name(statement)}

        def goes(node: ast.AST, around: tuple[ast.AST, ...]) -> bool:
            return _inside(getattr(node, "lineno", 0), ranges)

        return orphaned_imports(
            self._modules, module, used - set(self._needed.get(path, ())), goes, _is_used_elsewhere
        )


def body_lines(place: Place) -> tuple[int, int]:
    """The lines of a function behind its docstring."""
    body = place.node.body
    rest = body[1:] if is_docstring(body[0]) else body
    last = place.node.end_lineno or place.node.lineno
    return (span(rest[0])[0], last) if rest else (last + 1, last)


def _name(node: ast.expr) -> tuple[str, ...]:
    return (node.id,) if isinstance(node, ast.Name) else ()


def _inside(line: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in ranges)


def _is_used_elsewhere(modules: Modules, path: str, name: str) -> bool:
    """Whether another file may get `name` from this one: by import, as an attribute, or in a string. Generous."""
    parts = module_parts(path)
    own = re.escape(parts[-1].encode())
    word = re.escape(name.encode())
    importing = re.compile(
        rb"from[ \t]+[\w.]*\b"
        + own
        + rb"[ \t]+import[ \t]*(?:\([^)]*\b"
        + word
        + rb"\b|[^\n(]*\b"
        + word
        + rb"\b|\*)"
    )
    attribute = re.compile(rb"\b" + own + rb"\." + word + rb"\b")
    for other in modules.mentioning({name}):
        data = modules.data(other)
        if (
            other != path
            and parts[-1].encode() in data
            and (importing.search(data) or attribute.search(data))
        ):
            return True
    return attribute.search(modules.data(path)) is not None
