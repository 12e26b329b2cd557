"""What an edit leaves without use in a module: names that were imported only for code that goes away."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from refactorkit.analysis import url_aliases
from refactorkit.analysis.modules import Imported, Module, Modules

Ancestors = tuple[ast.AST, ...]
Goes = Callable[[ast.AST, Ancestors], bool]
"""Whether a node is part of what goes away."""


def orphaned_imports(modules: Modules, module: Module, candidates: Iterable[str], goes: Goes) -> list[str]:
    """Those of the candidate names whose import has no use left, sorted.

    An import stays when it is a re-export (in a package's `__init__`, `X as X`, in `__all__`, fetched from here by
    another file), when it carries a comment, or when any string of the module names it.
    """
    if module.is_package():
        return []
    kept = {name for node, name, around in _names(module.tree) if not goes(node, around)} | _in_strings(
        module, goes
    )
    return [
        name
        for name in sorted(set(candidates) - kept)
        if _is_plain_import(module, name) and not url_aliases.others_import(modules, module.path, name)
    ]


def names_in(node: ast.AST) -> set[str]:
    """The root names that a piece of code uses."""
    return {name for _, name, _ in _names(node)}


def _names(tree: ast.AST) -> Iterator[tuple[ast.AST, str, Ancestors]]:
    waiting: list[tuple[ast.AST, Ancestors]] = [(tree, ())]
    while waiting:
        node, ancestors = waiting.pop()
        if isinstance(node, ast.Name):
            yield node, node.id, ancestors
        below = (*ancestors, node)
        waiting += [(child, below) for child in ast.iter_child_nodes(node)]


def _in_strings(module: Module, goes: Goes) -> set[str]:
    """Identifiers in strings that look like code: string annotations, `__all__`, casts."""
    found: set[str] = set()
    waiting: list[tuple[ast.AST, Ancestors]] = [(module.tree, ())]
    while waiting:
        node, ancestors = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            if not goes(node, ancestors) and not (ancestors and isinstance(ancestors[-1], ast.Expr)):
                found |= set(re.findall(r"[^\W\d]\w*", node.value))
        below = (*ancestors, node)
        waiting += [(child, below) for child in ast.iter_child_nodes(node)]
    return found


def _is_plain_import(module: Module, name: str) -> bool:
    bindings = module.bindings.get(name, [])
    if len(bindings) != 1 or not isinstance(bindings[0], Imported):
        return False
    lines = re.split(rb"\r\n|\r|\n", module.data)
    for statement in module.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    redundant = alias.asname == alias.name
                    return not redundant and b"#" not in lines[alias.lineno - 1]
    return False
