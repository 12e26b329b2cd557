"""What an edit leaves without use in a module: names that were imported only for code that goes away."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from refactorkit.analysis import url_aliases
from refactorkit.analysis.modules import Imported, Module, Modules
from refactorkit.analysis.walk_lines import lines_with, walk_lines

Ancestors = tuple[ast.AST, ...]
Goes = Callable[[ast.AST, Ancestors], bool]
"""Whether a node is part of what goes away."""


def orphaned_imports(
    modules: Modules,
    module: Module,
    candidates: Iterable[str],
    goes: Goes,
    elsewhere: Callable[[Modules, str, str], bool] = url_aliases.others_import,
) -> list[str]:
    """Those of the candidate names whose import has no use left, sorted.

    An import stays when it is a re-export (in a package's `__init__`, `X as X`, in `__all__`, fetched from here by
    another file), when it carries a comment, or when any string of the module names it. `elsewhere` says of a file's
    path and a name whether another file gets the name from there.
    """
    if module.is_package():
        return []
    wanted = set(candidates)
    kept: set[str] = set()
    for node, around in walk_lines(module.tree, lines_with(module.data, wanted)):
        if isinstance(node, ast.Name) and node.id in wanted and not goes(node, around):
            kept.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            is_text = bool(around) and isinstance(around[-1], ast.Expr)
            if not is_text and not goes(node, around):  # code in a string: an annotation, `__all__`, a cast
                kept |= wanted & set(re.findall(r"[^\W\d]\w*", node.value))
    return [
        name
        for name in sorted(wanted - kept)
        if _is_plain_import(module, name) and not elsewhere(modules, module.path, name)
    ]


def names_in(node: ast.AST) -> set[str]:
    """The root names that a piece of code uses."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


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
