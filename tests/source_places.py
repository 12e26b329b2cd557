"""Places in source text where something can be put or replaced: lines, tokens and statements of their own."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Any

from refactorkit.splice import LINE


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of a text; none when it is no Python."""
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def tree(text: str) -> ast.Module:
    """The syntax tree of a text; an empty one when it is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them, with their ends."""
    return [line.decode() for line in LINE.findall(text.encode()) if line]


def starts(text: str) -> list[int]:
    """The lines (from 1) before which a line can be put: not in a string, and not after a backslash."""
    lines = lines_of(text)
    inside = inner_lines(text)
    return [
        n
        for n in range(1, len(lines) + 1)
        if n not in inside and not (n > 1 and lines[n - 2].rstrip("\r\n").endswith("\\"))
    ]


def inner_lines(text: str) -> set[int]:
    """The lines that begin inside of a string."""
    return {
        n for t in tokens(text) for n in range(t.start[0] + 1, t.end[0] + 1) if t.type != tokenize.NEWLINE
    }


def statements(text: str) -> list[ast.stmt]:
    """The statements that have all their lines for themselves."""
    found = [n for n in ast.walk(tree(text)) if isinstance(n, ast.stmt)]
    lines = lines_of(text)
    return [s for s in found if is_alone(lines, s)]


def is_alone(lines: list[str], statement: ast.stmt) -> bool:
    """Whether nothing but a comment shares a line with the statement."""
    first, last = reach(statement)
    before = lines[first - 1].encode()[: statement.col_offset]
    behind = lines[last - 1].encode()[statement.end_col_offset :].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def reach(statement: ast.stmt) -> tuple[int, int]:
    """The first line, with decorators, and the last line of a statement."""
    decorators = [d.lineno for d in getattr(statement, "decorator_list", ())]
    return min([statement.lineno, *decorators]), statement.end_lineno or statement.lineno


def margin(lines: list[str], statement: ast.stmt) -> str:
    """What stands before a statement that is alone on its line."""
    return lines[reach(statement)[0] - 1].encode()[: statement.col_offset].decode()


def spliced(text: str, start: tuple[int, int], end: tuple[int, int], new: str) -> str:
    """The text with what stands from `start` to `end` (line from 1, column in characters) replaced."""
    lines = lines_of(text)
    head = "".join(lines[: start[0] - 1]) + lines[start[0] - 1][: start[1]]
    return head + new + lines[end[0] - 1][end[1] :] + "".join(lines[end[0] :])


def place_of(lines: list[str], node: Any, end: bool = False) -> tuple[int, int]:
    """Where a node begins or ends: line from 1, column in characters (`ast` counts bytes)."""
    line, column = (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)
    return line, len(lines[line - 1].encode()[:column].decode())
