"""How deeply code is nested: libcst's parser and visitors go as deep as the code, and a full stack ends the process."""

from __future__ import annotations

import ast
import re
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from refactorkit.syntax import syntax_tree

T = TypeVar("T")

PIECE = re.compile(
    rb"[()\[\]{}]|\\\r?\n|[\r\n]|\b(?:and|or|not|else|lambda|await|yield|in|is)\b|[-+*/%@&|^~<>.]|[\"'][\"']*"
)
"""Brackets, line ends, and what links an expression to the next: operators, attributes, strings side by side."""
LINK = re.compile(rb"\b(?:and|or)\b")
MOST_BRACKETS = 200
"""How deep Python lets brackets nest (MAXLEVEL in its tokenizer)."""
MOST_LINKS = 2000
"""Links in one expression that libcst is trusted with; at about 10,000 its parser overflows the stack of the process."""

STACK = 256 * 2**20
"""Bytes of stack for code that is deeply nested. They are only reserved: what is not used takes no memory."""
FRAMES = 50_000
"""Python frames that may lie on that stack. Visitors take about 7 for a link, so that MOST_LINKS need 14,000."""


def far_down(work: Callable[[], T]) -> T:
    """What `work` returns or raises, run in a thread that may recurse FRAMES deep.

    Raises RecursionError too where the system has no room for such a stack.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  (it is raised again where the caller waits)
            errors.append(error)

    frames, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(max(frames, FRAMES))
    try:
        thread = threading.Thread(target=run, daemon=True)  # Ctrl-C need not wait for it
        thread.start()
        thread.join()
    except RuntimeError as error:
        raise RecursionError(str(error)) from error
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(frames)
    if errors:
        raise errors[0]
    return results[0]


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
