"""The awaited calls of a file, with the functions around them, as frozen facts."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from refactorkit.analysis.definitions import FunctionNode, Scope, own_nodes, read_scope
from refactorkit.analysis.expressions import Expression, expression
from refactorkit.analysis.walk_lines import lines_matching
from refactorkit.facts import extractor
from refactorkit.splice import text_of
from refactorkit.syntax import syntax_tree


class AwaitedCall(Struct, frozen=True, array_like=True):
    """A call in an `async def` whose result is awaited, there or once through a local name.

    `name` is the last name of the callee; it starts at `name_line` (from 1) and `name_column` (bytes from 0). `line`,
    `column` (characters) and `end_line` are those of the call. `keywords` holds `**` for unpacked ones. `scope` is the
    index of the function among the file's scopes; `bound` the local name that holds the coroutine, or ''.
    """

    name: str
    name_line: int
    name_column: int
    line: int
    column: int
    end_line: int
    callee: Expression
    keywords: tuple[str, ...]
    scope: int
    bound: str


class FileCalls(Struct, frozen=True, array_like=True):
    """The awaited calls of one file in source order, and the functions that they or their closures stand in."""

    calls: tuple[AwaitedCall, ...]
    scopes: tuple[Scope, ...]


@extractor
def awaited_calls(data: bytes, names: tuple[str, ...]) -> FileCalls:
    """The awaited calls of a file's bytes whose callee has one of these last names. Raises what `ast.parse` raises."""
    reader = _Reader(data, names)
    reader.walk(syntax_tree(data).body, "", "", ())
    return FileCalls(
        tuple(sorted(reader.calls, key=lambda call: (call.name_line, call.name_column))), tuple(reader.scopes)
    )


class _Reader:
    def __init__(self, data: bytes, names: tuple[str, ...]) -> None:
        self._names = frozenset(names)
        self._lines = called_lines(data, names)
        self.calls: list[AwaitedCall] = []
        self.scopes: list[Scope] = []
        self._text = None if data.isascii() else text_of(data)
        self._known: dict[tuple[str, int], int] = {}

    def walk(
        self, body: list[ast.stmt], prefix: str, owner: str, around: tuple[tuple[FunctionNode, str, str], ...]
    ) -> None:
        """The functions below some statements. `around` are the functions that they stand in, from the outermost."""
        waiting: list[ast.AST] = list(body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.ClassDef):
                self.walk(node.body, f"{prefix}{node.name}.", prefix + node.name, around)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = (*around, (node, prefix, owner))
                first = bisect_left(self._lines, node.lineno)
                if first == len(self._lines) or self._lines[first] > (node.end_lineno or node.lineno):
                    continue
                if isinstance(node, ast.AsyncFunctionDef):
                    self._read(node, inner)
                self.walk(node.body, f"{prefix}{node.name}.<locals>.", "", inner)
            elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
                waiting.extend(ast.iter_child_nodes(node))

    def _read(self, node: ast.AsyncFunctionDef, chain: tuple[tuple[FunctionNode, str, str], ...]) -> None:
        found = [(call, bound) for call, bound in _awaited(node) if _last(call) in self._names]
        if not found:
            return
        scope = -1
        for function, prefix, owner in chain:
            key = prefix + function.name, function.lineno
            if key not in self._known:
                self._known[key] = len(self.scopes)
                self.scopes.append(read_scope(function, prefix, owner, scope))
            scope = self._known[key]
        for call, bound in found:
            self._add(call, bound, scope)

    def _add(self, call: ast.Call, bound: str, scope: int) -> None:
        func = call.func
        if isinstance(func, ast.Attribute):
            name, line = func.attr, func.end_lineno or func.lineno
            column = (func.end_col_offset or 0) - len(name.encode())
        elif isinstance(func, ast.Name):
            name, line, column = func.id, func.lineno, func.col_offset
        else:
            return
        keywords = tuple(keyword.arg or "**" for keyword in call.keywords)
        start = self._characters(call.lineno, call.col_offset)
        end = call.end_lineno or call.lineno
        fact = expression(func)
        self.calls.append(
            AwaitedCall(name, line, column, call.lineno, start, end, fact, keywords, scope, bound)
        )

    def _characters(self, line: int, column: int) -> int:
        """A column in characters, from one in bytes of UTF-8."""
        if self._text is None:
            return column
        return self._text.characters(line, column)


def called_lines(data: bytes, names: tuple[str, ...]) -> list[int]:
    """The numbers (from 1, ascending) of the lines on which one of the names stands as if it were called."""
    return lines_matching(data, _pattern(names))


@lru_cache(8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[bytes]:
    words = b"|".join(re.escape(name.encode()) for name in sorted(names))
    return re.compile(rb"(?<![\w\x80-\xff])(?:" + (words or rb"(?!)") + rb")(?=[ \t\\\r\n)]*\()")


def _last(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _awaited(node: ast.AsyncFunctionDef) -> Iterator[tuple[ast.Call, str]]:
    """The calls in a function's own body whose result is awaited there, and the name it is bound to before, or ''."""
    assigned: dict[str, list[ast.Call]] = {}
    awaited: dict[str, int] = {}
    for found in own_nodes(node):
        match found:
            case ast.Await(value=ast.Call() as call):
                yield call, ""
            case ast.Await(value=ast.Name(id=name)):
                awaited[name] = awaited.get(name, 0) + 1
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                assigned.setdefault(name, []).append(call)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                assigned.setdefault(name, []).append(call)
            case _:
                pass
    for name, count in awaited.items():
        if count == 1:
            yield from ((call, name) for call in assigned.get(name, ()))
