"""Walking only those parts of a syntax tree that stand on lines of interest.

Where a word occurs is known from a byte search; everything that doesn't reach over one of these lines is passed over,
which makes a walk over a large file cost as much as the statements that matter.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator

IDENTIFIER = re.compile(rb"[\w\x80-\xff]")
"""A byte that is part of an identifier, or of a letter outside ASCII."""


DECORATED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def positions(data: bytes, word: bytes) -> Iterator[int]:
    """Where an identifier stands as a whole word. A search for fixed bytes is many times faster than a pattern."""
    size = len(word)
    at = data.find(word)
    while at >= 0:
        before, after = data[at - 1 : at], data[at + size : at + size + 1]
        if not IDENTIFIER.match(before) and not IDENTIFIER.match(after):
            yield at
        at = data.find(word, at + size)


def has_word(data: bytes, word: bytes) -> bool:
    """Whether an identifier stands anywhere as a whole word."""
    return any(True for _ in positions(data, word))


def lines_with(data: bytes, words: set[str]) -> list[int]:
    """The numbers (from 1, ascending) of the lines on which one of the words stands whole."""
    data = _with_newlines(data)
    return _lines(data, sorted(at for word in words for at in positions(data, word.encode())))


def lines_before(data: bytes, texts: tuple[bytes, ...]) -> list[int]:
    """The numbers (from 1, ascending) of the lines on which one of the texts begins."""
    if not any(text in data for text in texts):
        return []
    data = _with_newlines(data)
    found = set()
    for text in texts:
        at = data.find(text)
        while at >= 0:
            found.add(at)
            at = data.find(text, at + 1)
    return _lines(data, sorted(found))


def lines_matching(data: bytes, pattern: re.Pattern[bytes]) -> list[int]:
    """The numbers (from 1, ascending) of the lines on which a match of the pattern begins."""
    data = _with_newlines(data)
    return _lines(data, [match.start() for match in pattern.finditer(data)])


def _with_newlines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _lines(data: bytes, offsets: list[int]) -> list[int]:
    numbers: list[int] = []
    line, seen = 1, 0
    for at in offsets:
        line += data.count(b"\n", seen, at)
        seen = at
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def walk_lines(tree: ast.AST, lines: list[int]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node whose extent touches one of `lines` (ascending), in source order, with its ancestors from the root.

    Contexts and operators (`ast.Load`, `ast.Add`), which have neither a place nor parts, are left out.
    """
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    count = len(lines)
    while waiting:
        node, ancestors = waiting.pop()
        yield node, ancestors
        below = (*ancestors, node)
        chosen = []
        for name in node._fields:
            value = getattr(node, name, None)
            for child in value if isinstance(value, list) else (value,):
                if not isinstance(child, ast.AST):
                    continue
                first, last = extent(child)
                if first is None:
                    if child._fields:
                        chosen.append((child, below))
                    continue
                at = bisect_left(lines, first)
                if at < count and lines[at] <= last:
                    chosen.append((child, below))
        waiting.extend(reversed(chosen))


def extent(node: ast.AST) -> tuple[int | None, int]:
    """The first and last line of a node, its decorators included; (None, 0) for nodes without a place."""
    first: int | None = getattr(node, "lineno", None)
    if first is None:
        return None, 0
    if isinstance(node, DECORATED):
        first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
    return first, getattr(node, "end_lineno", None) or first
