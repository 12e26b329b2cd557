"""Tries whose handlers are all narrow, and the file with `except Exception` in their place, line for line."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from msgspec import Struct

BROAD = ("Exception", "BaseException")
TEST_FOLDERS = frozenset({"test", "tests", "testing", "idle_test", "conftest.py"})


class Try(Struct, frozen=True):
    """One try, by the line of its keyword."""

    line: int
    statements: int
    """How many statements its body has."""


def is_test(path: str) -> bool:
    """Whether a file belongs to tests."""
    parts = path.split("/")
    return bool(TEST_FOLDERS & set(parts)) or parts[-1].startswith("test_")


def made_broad(data: bytes, lines_of: Collection[int] | None = None) -> tuple[list[Try], bytes]:
    """The tries whose handlers all name narrow types, and the file in which each of them has one broad handler.

    The first handler stays with its body; those below it become empty lines. `lines_of` are the lines of the tries to
    take, all by default. Raises SyntaxError and ValueError.
    """
    lines = data.splitlines(keepends=True)
    found = []
    gone: set[int] = set()
    nodes = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Try) and node.handlers]
    for node in nodes:
        if node.lineno in gone or (lines_of is not None and node.lineno not in lines_of):
            continue
        if all(_is_narrow(handler) for handler in node.handlers):
            _rewrite(lines, node.handlers)
            gone |= {n for h in node.handlers[1:] for n in range(h.lineno, (h.end_lineno or h.lineno) + 1)}
            found.append(Try(node.lineno, len(node.body)))
    return found, b"".join(lines)


def _is_narrow(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return False
    return not any(
        (isinstance(node, ast.Name) and node.id in BROAD)
        or (isinstance(node, ast.Attribute) and node.attr in BROAD)
        for node in ast.walk(handler.type)
    )


def _rewrite(lines: list[bytes], handlers: Sequence[ast.ExceptHandler]) -> None:
    first, *rest = handlers
    assert first.type is not None
    start, end = first.type.lineno - 1, (first.type.end_lineno or first.type.lineno) - 1
    before = lines[start][: first.type.col_offset]
    after = lines[end][first.type.end_col_offset or 0 :]
    if start == end:
        lines[start] = before + b"Exception" + after
    else:  # the brackets of a tuple let the name stand on its first line and the rest on the last
        lines[start] = before + b"(Exception\n"
        lines[start + 1 : end] = [b"\n"] * (end - start - 1)
        lines[end] = b")" + after
    for handler in rest:
        for number in range(handler.lineno - 1, handler.end_lineno or handler.lineno):
            lines[number] = b"\n"
