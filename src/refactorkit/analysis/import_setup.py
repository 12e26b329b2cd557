"""Code that has to run before an import: what changes the import path, the environment or other modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.import_guards import Guard, guard_of
from refactorkit.syntax import children, descendants, dotted

PREPARING = re.compile(
    rb"sys\s*\.\s*(?:path|modules|meta_path)|environ|reload|patch_all|chdir|putenv|addsitedir"
)
CHANGING = {"setdefault", "update", "pop", "clear", "__setitem__"}
"""Methods of `os.environ` that change it."""
CALLED = {"reload", "patch_all", "chdir", "putenv", "addsitedir"}
"""Functions after which an import may bring something else: `importlib.reload`, gevent's `monkey.patch_all`."""


class Setup(Struct, frozen=True, array_like=True):
    """A statement at module level that may decide what the imports below it find.

    `root` is the imported name that it calls or assigns to; `is_given_own` says that a call is handed something that the
    module made itself, as for `app.add_command(command)`.
    """

    line: int
    root: str
    is_given_own: bool


def prepared_lines(tree: ast.Module, data: bytes) -> set[int]:
    """The lines of functions below code in them that changes `sys.path`, `sys.modules`, the environment and the like."""
    if not PREPARING.search(data):
        return set()
    lines: set[int] = set()
    nodes = descendants(tree)
    if not any(_prepares(node) for node in nodes):
        return lines
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min((inner.lineno for inner in descendants(node) if _prepares(inner)), default=None)  # type: ignore[attr-defined]
            if first is not None:
                lines.update(range(first, (node.end_lineno or first) + 1))
    return lines


def _prepares(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        return False
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="path" | "modules" | "meta_path"):
            return True
        case ast.Subscript(
            value=ast.Attribute(attr="environ") | ast.Name(id="environ"), ctx=ast.Store() | ast.Del()
        ):
            return True
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="environ") | ast.Name(id="environ"), attr=name)
        ):
            return name in CHANGING
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in CALLED
    return False


def setups(tree: ast.Module) -> Iterator[Setup]:
    """The statements of the module level that call or change something imported for its effect."""
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    own = {name for node in tree.body for name in _made_by(node)}
    for node in _running(tree.body):
        root, given = _effect(node)
        if root in imported and root not in own:
            is_given_own = any(
                isinstance(n, ast.Name) and n.id in own for part in given for n in descendants(part)
            )
            yield Setup(node.lineno, root, is_given_own)


def _made_by(node: ast.stmt) -> Iterator[str]:
    """The functions, classes and values of calls that a statement names."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets, value=ast.Call()):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call()):
            yield name


def _running(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run on import, those of plain blocks included."""
    for node in body:
        if isinstance(node, ast.If) and guard_of(node.test) in (Guard.TYPE_CHECKING, Guard.MAIN):
            continue
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            yield from _running(node.body)
            yield from _running(getattr(node, "orelse", []))
            for handler in getattr(node, "handlers", ()):
                yield from _running(handler.body)


def _effect(node: ast.stmt) -> tuple[str, list[ast.expr]]:
    """The name at the root of what a statement calls or assigns to, and what it gives a call; '' for anything else."""
    match node:
        case ast.Expr(value=ast.Call(func=func, args=args, keywords=keywords)):
            return _root(func), [*args, *(k.value for k in keywords)]
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target]):
            return _root(target), []
        case ast.AugAssign(target=ast.Attribute() | ast.Subscript() as target):
            return _root(target), []
        case ast.Delete(targets=[ast.Attribute() | ast.Subscript() as target]):
            return _root(target), []
        case ast.With(items=[item, *_]) if isinstance(item.context_expr, ast.Call):
            return _root(item.context_expr.func), []
        case _:
            return "", []


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def called_on_import(tree: ast.Module) -> tuple[str, ...]:
    """The dotted names of what importing the file calls, decorators included, sorted."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.update(_plain(node.decorator_list))
                waiting += [
                    *node.decorator_list,
                    *node.args.defaults,
                    *(d for d in node.args.kw_defaults if d),
                ]
                continue
            case ast.Lambda():
                continue
            case ast.Call(func=ast.Name() | ast.Attribute()):
                found.add(dotted(node.func))
            case ast.ClassDef():
                found.update(_plain(node.decorator_list))
        waiting += children(node)
    return tuple(sorted(found))


def _plain(decorators: list[ast.expr]) -> Iterator[str]:
    """The decorators that are called with nothing but what they decorate."""
    return (dotted(d) for d in decorators if isinstance(d, ast.Name | ast.Attribute))
