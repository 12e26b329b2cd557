"""Rewrites the bodies of both halves while their module is compiled, so that they meet fakes instead of the world.

Decorators, signatures and everything else in the module stay as they are: dispatchers and bridges run for real.
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import os
from collections.abc import Sequence
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef
HOOKS = "__refactorkit__"


class Halves:
    """Which functions of which files are rewritten, and the items (statements, arms) that can be covered in each."""

    def __init__(self) -> None:
        self.wanted: dict[str, dict[str, str]] = {}
        self.items: dict[tuple[str, str], list[str]] = {}
        self.awaited: dict[tuple[str, str], frozenset[str]] = {}

    def want(self, path: str, name: str, half: str) -> None:
        """Rewrite the function of this qualified name; `half` is `sync` or `twin`."""
        self.wanted.setdefault(os.path.realpath(path), {})[name] = half

    def install(self) -> None:
        """Rewrite from now on whatever is imported from these files."""
        loader: Any = importlib.machinery.SourceFileLoader
        compiled = loader.source_to_code
        halves = self

        def source_to_code(loader: Any, data: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
            found = halves.wanted.get(os.path.realpath(path)) if isinstance(data, bytes) else None
            if found:
                data = halves.rewritten(ast.parse(data), os.path.realpath(path), found)
            return compiled(loader, data, path, *args, **kwargs)

        loader.source_to_code = source_to_code

    def rewritten(self, tree: ast.Module, path: str, wanted: dict[str, str]) -> ast.Module:
        """The module with its halves rewritten."""
        written = _imports(tree)
        for name, node in _functions(tree.body, ""):
            if name in wanted:
                self.awaited[path, name] = _awaited(node)
                rewrite = _Rewrite(node, wanted[name], written)
                node.body = rewrite.body(node.body)
                self.items[path, name] = rewrite.items
        hook = ast.parse(f"import refactorkit_probe.hooks as {HOOKS}").body
        at = _preamble(tree)
        tree.body[at:at] = hook
        return ast.fix_missing_locations(tree)


def _preamble(tree: ast.Module) -> int:
    """How many statements must stay first: the docstring and `from __future__`."""
    count = 0
    for statement in tree.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (is_future or (is_text and count == 0)):
            break
        count += 1
    return count


def _functions(body: Sequence[ast.stmt], prefix: str) -> list[tuple[str, Function]]:
    """The functions of a module and its classes by their qualified names; overloads come before what they declare."""
    found: list[tuple[str, Function]] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not any("overload" in ast.unparse(d) for d in node.decorator_list):
                found.append((prefix + node.name, node))
        elif isinstance(node, ast.ClassDef):
            found += _functions(node.body, f"{prefix}{node.name}.")
        else:
            for field in ("body", "orelse", "finalbody"):
                found += _functions(getattr(node, field, ()), prefix)
            for handler in getattr(node, "handlers", ()):
                found += _functions(handler.body, prefix)
    return found


def _awaited(node: Function) -> frozenset[str]:
    """The names of the methods and functions whose calls the function awaits."""
    calls = [
        n.value.func for n in ast.walk(node) if isinstance(n, ast.Await) and isinstance(n.value, ast.Call)
    ]
    return frozenset(
        c.attr if isinstance(c, ast.Attribute) else c.id
        for c in calls
        if isinstance(c, ast.Attribute | ast.Name)
    )


def _imports(tree: ast.Module) -> dict[str, str]:
    """What each name that the module imports was called at its home, as far as the import says."""
    written = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                written[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    written[alias.asname] = alias.name
    return written


def _bound(node: Function) -> set[str]:
    """Every name that the function or anything in it binds or declares."""
    found: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            found.add(child.id)
        elif isinstance(child, ast.arg):
            found.add(child.arg)
        elif isinstance(child, ast.ExceptHandler) and child.name:
            found.add(child.name)
        elif isinstance(child, ast.Global | ast.Nonlocal):
            found.update(child.names)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and child is not node:
            found.add(child.name)
        elif isinstance(child, ast.Import | ast.ImportFrom):
            found.update(a.asname or a.name.partition(".")[0] for a in child.names)
    return found


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    hook = ast.Attribute(ast.Name(HOOKS, ast.Load()), name, ast.Load())
    return ast.Call(hook, list(arguments), [])


def _lambda(body: ast.expr) -> ast.Lambda:
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(nothing, body)


class _Rewrite(ast.NodeTransformer):
    """Rewrites one half."""

    def __init__(self, node: Function, half: str, written: dict[str, str]) -> None:
        self.half = half
        self.written = written
        self.bound = _bound(node)
        self.items: list[str] = []
        self.handled: list[ast.expr] = []
        first = [*node.args.posonlyargs, *node.args.args][:1]
        self.receiver = first[0].arg if first else ""

    def body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """The statements, each after a note that it begins."""
        found: list[ast.stmt] = []
        for statement in statements:
            if not self._is_silent(statement):
                item = str(statement.lineno)
                if item not in self.items:
                    self.items.append(item)
                handlers = (
                    _lambda(ast.Tuple(list(self.handled), ast.Load())) if self.handled else ast.Constant(None)
                )
                note = ast.Expr(_call("enter", ast.Constant(self.half), ast.Constant(item), handlers))
                found.append(ast.copy_location(note, statement))
            result = self.visit(statement)
            found += result if isinstance(result, list) else [result]
        return found

    @staticmethod
    def _is_silent(node: ast.stmt) -> bool:
        """Whether the statement does nothing when it runs."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return True
        if isinstance(node, ast.AnnAssign) and node.value is None:
            return True
        return isinstance(node, ast.Global | ast.Nonlocal | ast.Pass)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, field, self.body(value))
            elif isinstance(value, list):
                value[:] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                setattr(node, field, self.visit(value))
        return node

    def visit_If(self, node: ast.If) -> Any:
        if ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            node.orelse = self.body(node.orelse) if node.orelse else []
            return node
        return self.generic_visit(node)

    def visit_Try(self, node: Any) -> Any:
        outer = list(self.handled)
        self.handled += [h.type for h in node.handlers if h.type is not None]
        node.body = self.body(node.body)
        self.handled = outer
        for handler in node.handlers:
            handler.body = self.body(handler.body)
        node.orelse = self.body(node.orelse) if node.orelse else []
        node.finalbody = self.body(node.finalbody) if node.finalbody else []
        return node

    visit_TryStar = visit_Try  # noqa: N815  (ast's name)

    def visit_Name(self, node: ast.Name) -> Any:
        if not isinstance(node.ctx, ast.Load) or node.id in self.bound or node.id == "__class__":
            return node
        is_builtin = hasattr(builtins, node.id) and node.id not in self.written
        written = self.written.get(node.id, node.id)
        real = _lambda(ast.Name(node.id, ast.Load()))
        made = _call("load", ast.Constant(node.id), real, ast.Constant(written), ast.Constant(is_builtin))
        return ast.copy_location(made, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        node.body = self.body(node.body)
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.args.kw_defaults = [d and self.visit(d) for d in node.args.kw_defaults]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815  (ast's name)

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            made = _call("parent", ast.Name("__class__", ast.Load()), ast.Name(self.receiver, ast.Load()))
            return ast.copy_location(made, node)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
            if keyword.arg is None:
                keyword.value = _call("mapping", keyword.value)
        node.func = self.visit(node.func)
        node.args = [self.visit(a) for a in node.args]
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot):
            made: ast.expr = _call("is_same", node.left, node.comparators[0])
            if isinstance(node.ops[0], ast.IsNot):
                made = ast.UnaryOp(ast.Not(), made)
            return ast.copy_location(made, node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        for field in ("body", "orelse"):
            value = getattr(node, field)
            item = (
                f"{value.lineno}:{value.col_offset}" if hasattr(value, "lineno") else f"{node.lineno}:{field}"
            )
            self.items.append(item)
            pair = ast.Tuple([_call("arm", ast.Constant(item)), value], ast.Load())
            setattr(node, field, ast.Subscript(pair, ast.Constant(1), ast.Load()))
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        count = _count(node.targets[0])
        if count:
            node.value = _call("unpack", node.value, ast.Constant(count))
        return node

    def visit_For(self, node: Any) -> Any:
        self.generic_visit(node)
        count = _count(node.target)
        if count:
            hook = "arows" if isinstance(node, ast.AsyncFor) else "rows"
            node.iter = _call(hook, node.iter, ast.Constant(count))
        return node

    visit_AsyncFor = visit_For  # noqa: N815  (ast's name)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        count = _count(node.target)
        if count:
            node.iter = _call("arows" if node.is_async else "rows", node.iter, ast.Constant(count))
        return node

    def visit_Raise(self, node: ast.Raise) -> Any:
        self.generic_visit(node)
        if node.exc is not None:
            node.exc = _call("exception", node.exc)
        if node.cause is not None:
            node.cause = _call("exception", node.cause)
        return node

    def visit_match_case(self, node: Any) -> Any:
        node.guard = node.guard and self.visit(node.guard)
        node.body = self.body(node.body)
        return node

    def visit_Import(self, node: ast.Import) -> Any:
        return [
            _assigned(a.asname or a.name.partition(".")[0], a.name if a.asname else a.name.partition(".")[0],
                      None, 0, a.name, node)
            for a in node.names
        ]  # fmt: skip

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        module = "." * node.level + (node.module or "")
        return [_assigned(a.asname or a.name, module, a.name, node.level, "", node) for a in node.names]


def _assigned(target: str, module: str, name: str | None, level: int, also: str, at: ast.stmt) -> ast.stmt:
    """An import as an assignment. `also` is a submodule that has to be loaded as well."""
    package: ast.expr = ast.Name("__package__", ast.Load()) if level else ast.Constant(None)
    value: ast.expr = _call("imported", ast.Constant(module), ast.Constant(name), package)
    if also and also != module:
        first = _call("imported", ast.Constant(also), ast.Constant(None), ast.Constant(None))
        value = ast.Subscript(ast.Tuple([first, value], ast.Load()), ast.Constant(1), ast.Load())
    made = ast.Assign([ast.Name(target, ast.Store())], value)
    return ast.copy_location(made, at)


def _count(target: ast.expr) -> int:
    """How many items an assignment's target takes, 0 where it isn't a plain list of names."""
    if isinstance(target, ast.Tuple | ast.List) and not any(isinstance(e, ast.Starred) for e in target.elts):
        return len(target.elts)
    return 0
