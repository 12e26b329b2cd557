"""Syntax trees, each made once: a survey, the rewriting after it, the gates and the second run look at the same bytes."""

from __future__ import annotations

import ast
import os
import re
import sys
import tokenize
import warnings
from io import BytesIO

KEPT = 256
"""Trees that are remembered; a file of 500 lines takes about 2 MB."""

LARGEST = 4 << 20
"""Bytes of the largest file that is parsed: a tree takes a hundred times as much memory, and such files hold data."""

MOST_SAID = 100
"""Characters of a message that may quote the file."""

_trees: dict[bytes, ast.Module] = {}


def syntax_tree(data: bytes, python: tuple[int, int] | None = None) -> ast.Module:
    """The tree of a file's bytes, which nobody may change. Raises SyntaxError, ValueError or RecursionError.

    With `python` the syntax is held against that version of Python 3, as far as `ast` can.
    """
    if python is None and data in _trees:
        return _trees[data]
    if b"\0" in data:
        raise ValueError(f"a null byte at byte {data.index(0)}, which Python source can't hold")
    if not data.isascii():  # `ast` lets bytes pass in comments that Python refuses in a file
        data.decode(tokenize.detect_encoding(BytesIO(data).readline)[0])
    if len(data) > LARGEST:
        raise ValueError(f"{len(data)} bytes, and files of more than {LARGEST} are not parsed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in the target are not ours to report
        try:
            tree = ast.parse(data, feature_version=python)
        except MemoryError as error:  # how Python's parser says that its stack is full
            raise RecursionError("nested too deeply to be parsed") from error
    if len(_trees) >= KEPT:
        _trees.pop(next(iter(_trees)))
    _trees[data] = tree
    return tree


LEAVES = frozenset({"conversion", "ctx", "is_async", "kind", "level", "op", "ops", "simple", "type_comment"})
"""Fields of nodes that hold nothing to look into: contexts and operators say nothing that the node's class does not."""
CHILDLESS = (ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal)

_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def descendants(node: ast.AST) -> list[ast.AST]:
    """The node and all below it in the order of `ast.walk`, but for contexts and operators, in a quarter of its time."""
    found = [node]
    for at in found:
        kind = type(at)
        fields = _fields.get(kind)
        if fields is None:
            wanted = () if kind in CHILDLESS else (f for f in kind._fields if f not in LEAVES)
            fields = _fields[kind] = tuple(wanted)
        for name in fields:
            value = getattr(at, name, None)
            if type(value) is list:
                found += [inner for inner in value if isinstance(inner, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one in the order of `ast.iter_child_nodes`, but for contexts and operators."""
    found: list[ast.AST] = []
    kind = type(node)
    if kind in CHILDLESS:
        return found
    for name in kind._fields:
        if name not in LEAVES:
            value = getattr(node, name, None)
            if type(value) is list:
                found += [inner for inner in value if isinstance(inner, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def dotted(node: ast.expr) -> str:
    """The code of a name or an attribute, as `ast.unparse` writes it."""
    parts: list[str] = []
    at = node
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    if not isinstance(at, ast.Name):
        return ast.unparse(node)
    return ".".join((at.id, *reversed(parts)))


def describe(error: BaseException) -> str:
    """An error on one line: libcst's syntax errors with their place, others with their type."""
    if type(error).__name__ == "ParserSyntaxError":
        message = str(getattr(error, "message", error)).partition("\n")[0]
        at = re.search(r"error at (\d+):(\d+): ", message)
        if at:  # what it expected there is a list of every token there is
            return f"libcst can't parse it: line {at[1]}: unexpected at column {at[2]}"
        return f"libcst can't parse it: line {getattr(error, 'raw_line', 0)}: {message[:MOST_SAID]}"
    if isinstance(error, SyntaxError):
        place = f"line {error.lineno}: " if error.lineno else ""
        return f"not valid Python {sys.version_info.major}.{sys.version_info.minor}: {place}{error.msg}"
    if isinstance(error, RecursionError):
        return "nested too deeply to be parsed"
    if isinstance(error, MemoryError):
        return "out of memory"
    if isinstance(error, UnicodeDecodeError):
        return f"not valid {error.encoding} at byte {error.start}"
    if type(error) is ValueError:
        return str(error).partition("\n")[0]
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
