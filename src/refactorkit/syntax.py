"""Syntax trees, each made once: a survey, the rewriting after it, the gates and the second run look at the same bytes."""

from __future__ import annotations

import ast
import os
import re
import sys

KEPT = 256
"""Trees that are remembered; a file of 500 lines takes about 2 MB."""

_trees: dict[bytes, ast.Module] = {}


def syntax_tree(data: bytes, python: tuple[int, int] | None = None) -> ast.Module:
    """The tree of a file's bytes, which nobody may change. Raises what `ast.parse` raises.

    With `python` the syntax is held against that version of Python 3, as far as `ast` can.
    """
    if python is None and data in _trees:
        return _trees[data]
    tree = ast.parse(data, feature_version=python)
    if len(_trees) >= KEPT:
        _trees.pop(next(iter(_trees)))
    _trees[data] = tree
    return tree


def describe(error: BaseException) -> str:
    """An error on one line: libcst's syntax errors with their place, others with their type."""
    if type(error).__name__ == "ParserSyntaxError":
        message = str(getattr(error, "message", error)).partition("\n")[0]
        at = re.search(r"error at (\d+):(\d+): ", message)
        if at:  # what it expected there is a list of every token there is
            return f"libcst can't parse it: line {at[1]}: unexpected at column {at[2]}"
        return f"libcst can't parse it: line {getattr(error, 'raw_line', 0)}: {message}"
    if isinstance(error, SyntaxError):
        return f"not valid Python {sys.version_info.major}.{sys.version_info.minor}: line {error.lineno}: {error.msg}"
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


DEBUG = "REFACTORKIT_DEBUG"
"""The environment variable that `--debug` sets for itself and its workers; setting it does the same."""


def kept_traceback(error: BaseException) -> str | None:
    """The error's traceback when somebody debugs; None otherwise, for a plan may hold thousands of errors."""
    if not os.environ.get(DEBUG):
        return None
    import traceback

    return "".join(traceback.format_exception(error))
