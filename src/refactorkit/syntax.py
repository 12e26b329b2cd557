"""Syntax trees, each made once: a survey, the rewriting after it, the gates and the second run look at the same bytes."""

from __future__ import annotations

import ast

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
