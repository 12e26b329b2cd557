"""The names that importing a module binds."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from refactorkit.analysis.import_guards import Guard, guard_of
from refactorkit.syntax import children


def module_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that importing the file binds, and those among them that it binds to different things."""
    origins: dict[str, set[object]] = {}
    for node in _eager_nodes(tree.body):
        for name, origin in _bound_by(node):
            origins.setdefault(name, set()).add(origin)
    return set(origins), {name for name, found in origins.items() if len(found) > 1}


def _eager_nodes(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes that run in the module's own scope: nothing inside functions, classes and comprehensions."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and guard_of(node.test) is Guard.TYPE_CHECKING:
            waiting.extend(reversed(node.orelse))
            continue
        yield node
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        waiting += reversed(children(node))


def _bound_by(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The names that a node binds, each with what tells it from another: the same import twice changes nothing."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, id(node)
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, id(node)
        case ast.Import(names=names):
            for alias in names:
                root = alias.name.partition(".")[0]
                yield alias.asname or root, alias.name if alias.asname else root
        case ast.ImportFrom(names=names):
            for alias in names:
                yield alias.asname or alias.name, (node.level, node.module, alias.name)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, id(node)
        case ast.MatchMapping(rest=str(name)):
            yield name, id(node)
        case _:
            pass


STANDARD = Path(sysconfig.get_path("stdlib"))


@cache
def is_standard(module: str) -> bool:
    """Whether the standard library has a submodule of this name."""
    place = STANDARD.joinpath(*module.split("."))
    return place.is_dir() or place.with_suffix(".py").exists()
