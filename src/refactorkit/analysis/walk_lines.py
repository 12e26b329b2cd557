"""Walking only those parts of a syntax tree that stand on lines of interest.

Where a word occurs is known from a byte search; everything that doesn't reach over one of these lines is passed over,
which makes a walk over a large file cost as much as the statements that matter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

IDENTIFIER = re.compile(rb"[\w\x80-\xff]")
"""A byte that is part of an identifier, or of a letter outside ASCII."""


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
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found = sorted(at for word in words for at in positions(data, word.encode()))
    numbers: list[int] = []
    line, seen = 1, 0
    for at in found:
        line += data.count(b"\n", seen, at)
        seen = at
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def walk_lines(tree: ast.AST, lines: list[int]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node whose extent touches one of `lines`, in source order, with its ancestors from the root down."""
    yield from _walk(tree, lines, ())


def _walk(
    node: ast.AST, lines: list[int], ancestors: tuple[ast.AST, ...]
) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    yield node, ancestors
    below = (*ancestors, node)
    for child in ast.iter_child_nodes(node):
        first, last = extent(child)
        if first is None or any(first <= line <= last for line in lines):
            yield from _walk(child, lines, below)


def extent(node: ast.AST) -> tuple[int | None, int]:
    """The first and last line of a node, its decorators included; (None, 0) for nodes without a place."""
    first: int | None = getattr(node, "lineno", None)
    if first is None:
        return None, 0
    for decorator in getattr(node, "decorator_list", ()):
        first = min(first, decorator.lineno)
    return first, getattr(node, "end_lineno", None) or first
