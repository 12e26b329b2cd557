"""How deeply code is nested: libcst's parser and visitors go as deep as the code, and a full stack ends the process."""

from __future__ import annotations

import ast
import re

from refactorkit.syntax import syntax_tree

PIECE = re.compile(
    rb"[()\[\]{}]|\\\r?\n|[\r\n]|\b(?:and|or|not|else|lambda|await|yield|in|is)\b|[-+*/%@&|^~<>.]|[\"'][\"']*"
)
"""Brackets, line ends, and what links an expression to the next: operators, attributes, strings side by side."""
LINK = re.compile(rb"\b(?:and|or)\b")
MOST_BRACKETS = 200
"""How deep Python lets brackets nest (MAXLEVEL in its tokenizer)."""
MOST_LINKS = 2000
"""Links in one expression that libcst is trusted with; at about 10,000 its parser overflows the stack of the process."""


def is_too_deep(data: bytes) -> bool:
    """Whether the code is nested so deeply that Python itself gives up: libcst would crash, and take the run with it."""
    try:
        tree = syntax_tree(data)
    except RecursionError:
        return True
    except (SyntaxError, ValueError):  # it stops at the first error, and deep nesting may follow
        return looks_too_deep(data)
    if len(LINK.findall(data)) <= MOST_LINKS:
        return False
    # `a and b and c` is one flat node for Python, and a tower for libcst
    return any(isinstance(node, ast.BoolOp) and len(node.values) > MOST_LINKS for node in ast.walk(tree))


def looks_too_deep(data: bytes) -> bool:
    """The same without parsing: by brackets, and by links on one logical line. Long texts on one line look deep, too."""
    depth = links = 0
    for piece in PIECE.findall(data):
        if piece in b"([{":
            depth += 1
            links += 1
        elif piece in b")]}":
            depth = max(0, depth - 1)
        elif piece in b"\r\n" and depth == 0:
            links = 0
        elif not piece.endswith((b"\r", b"\n")):
            links += 1
        if depth > MOST_BRACKETS or links > MOST_LINKS:
            return True
    return False
