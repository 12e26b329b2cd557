"""`dispatch=remove`: taking the dispatcher away from a pair whose callers all say which half they want.

Every place of the project that names the sync half has to be its definition, an import, or a call with `_sync=True`, which
loses that keyword. Anything else may expect a coroutine where a loop runs. Of methods only names are compared, so that
another method of the same name keeps the dispatcher where it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from msgspec import Struct

from refactorkit.analysis.modules import Modules
from refactorkit.analysis.pair_leftovers import body_lines
from refactorkit.analysis.pair_reasons import Reason
from refactorkit.analysis.pair_verdicts import Verdict
from refactorkit.analysis.pairs import tail
from refactorkit.analysis.walk_lines import lines_with, walk_lines
from refactorkit.model import Source
from refactorkit.splice import Splice, text_of


class Removal(Struct, frozen=True):
    """The lines of the decorator, and by path the calls that lose the keyword."""

    decorator: tuple[int, int]
    calls: dict[str, tuple[Splice, ...]]


class Dispatch:
    """Looks at all callers of a pair."""

    def __init__(self, modules: Modules, sources: Mapping[str, Source], flag: str) -> None:
        self._modules, self._sources, self._flag = modules, sources, flag

    def removal(self, verdict: Verdict) -> Removal | tuple[Reason, str]:
        """How the dispatcher goes; what stands in the way otherwise."""
        pair = verdict.pair
        assert pair is not None
        node = verdict.sync.node
        found = [d for d in node.decorator_list if tail(d) == pair.decorator.rpartition(".")[2]]
        if len(found) != 1:
            return Reason.CALLER_UNDECIDED, "no single decorator declares the pair"
        lines = found[0].lineno, found[0].end_lineno or found[0].lineno
        calls: dict[str, tuple[Splice, ...]] = {}
        for path in self._modules.mentioning({pair.sync.short}):
            splices = self._in_file(verdict, path)
            if isinstance(splices, str):
                return Reason.CALLER_UNDECIDED, splices
            if splices:
                calls[path] = tuple(splices)
        return Removal(lines, calls)

    def _in_file(self, verdict: Verdict, path: str) -> list[Splice] | str:
        """The edits of the calls in one file, or the place that doesn't say what it wants."""
        assert verdict.pair is not None
        name = verdict.pair.sync.short
        module = self._modules.get(path)
        if module is None:
            return f"{path} can't be read"
        splices: list[Splice] = []
        decided: set[int] = set()
        gone = body_lines(verdict.sync) if path == verdict.sync.path else (0, -1)
        for node, _ in walk_lines(module.tree, lines_with(module.data, {name})):
            line = getattr(node, "lineno", 0)
            if gone[0] <= line <= gone[1]:
                continue
            if isinstance(node, ast.Call) and tail(node) == name:
                keyword = next((k for k in node.keywords if k.arg == self._flag), None)
                if keyword is None or ast.unparse(keyword.value) != "True":
                    return f"{path} line {line} doesn't pass {self._flag}=True"
                edit = self._without(path, node, keyword)
                if edit is None:
                    return f"{path} line {line}: the call can't be edited where it stands"
                splices.append(edit)
                decided.add(id(node.func))
            elif self._is_other_mention(verdict, path, node, name) and id(node) not in decided:
                return f"{path} line {line} names {name} without calling it"
        if splices and not self._sources[path].in_scope:
            return f"{path} calls it and is not to be changed"
        if len({s.first for s in splices}) != len(splices):
            return f"{path} calls it twice on a line"
        return splices

    def _is_other_mention(self, verdict: Verdict, path: str, node: ast.AST, name: str) -> bool:
        """Whether a node that is no call means the name, and isn't the pair's own definition."""
        match node:
            case ast.Name(id=found) | ast.Attribute(attr=found):
                return found == name
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) | ast.ClassDef(name=found):
                own = path == verdict.sync.path and node in self._definitions(verdict)
                return found == name and not own
            case _:
                return False

    def _definitions(self, verdict: Verdict) -> Iterator[ast.AST]:
        """The sync half and its overloads."""
        module = self._modules.get(verdict.sync.path)
        body = verdict.sync.owner.node.body if verdict.sync.owner else module.tree.body if module else []
        yield verdict.sync.node
        yield from (s for s in body if isinstance(s, ast.FunctionDef) and s.name == verdict.sync.node.name)

    def _without(self, path: str, call: ast.Call, keyword: ast.keyword) -> Splice | None:
        """The line of the keyword without it; None where the arguments around it stand on other lines."""
        text = text_of(self._sources[path].data)
        line = keyword.lineno
        if keyword.end_lineno != line or call.func.end_lineno is None:
            return None
        code = text.code(line, line).encode()
        others = sorted(_extent(n) for n in _arguments(call) if n is not keyword)
        before = [o for o in others if (o[0], o[1]) < (line, keyword.col_offset)]
        after = [o for o in others if (o[0], o[1]) > (line, keyword.col_offset)]
        start, end = keyword.col_offset, keyword.end_col_offset or 0
        if code[:start].strip() == b"" and code[end:].strip() in (b",", b""):
            return Splice(line, line, "")  # a line of its own
        if before and before[-1][2] == line:
            start = before[-1][3]
        elif after and after[0][0] == line:
            end = after[0][1]
        elif before or after:
            return None
        return Splice(line, line, text.decode(code[:start] + code[end:]))


def _extent(node: ast.expr | ast.keyword) -> tuple[int, int, int, int]:
    """First line and column, last line and the column behind it."""
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def _arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return [*call.args, *call.keywords]


def decorator_lines(source: Source, removal: Removal) -> tuple[int, int] | None:
    """The decorator's lines where nothing else stands on them."""
    lines = text_of(source.data).lines
    first, last = removal.decorator
    alone = lines[first - 1].lstrip().startswith(b"@") and lines[last - 1].rstrip().endswith(b")")
    return (first, last) if alone else None
