"""How a function uses a name that it imports: at run time, only as a type, or in ways that tie the name to it."""

from __future__ import annotations

import ast
from enum import StrEnum

from refactorkit.syntax import descendants

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
FRAME_READERS = {"locals", "vars", "eval", "exec", "dir"}
"""Builtins that see the local names of the function that calls them."""


class Use(StrEnum):
    """What a function does with a name that an import inside of it binds."""

    RUNTIME = "runtime"
    """Its value is read."""
    ANNOTATION = "annotation"
    """It stands where nothing evaluates it: in the annotation of a local variable, in a quoted type given to `cast`."""
    SIGNATURE = "signature"
    """It stands in the annotation of a function or class inside, which is evaluated when that is made."""
    CAST = "cast"
    """It stands, unquoted, in the type given to `cast`, which is evaluated and ignored."""
    CALLED = "called"
    """It is called, so that it is no module."""
    BOUND = "bound"
    """It is bound in another way too: assigned, a parameter, deleted."""
    GLOBAL = "global"
    """It is declared `global` or `nonlocal`: the import binds a name outside of the function."""
    FRAME = "frame"
    """The function reads its own local names (`locals()`, `eval`)."""


def uses_in(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> tuple[Use, ...]:
    """Every kind of use of the local `name` in the function and in what it holds, in a fixed order."""
    seen = _Uses(name)
    if any(isinstance(node, ast.arg) and node.arg == name for node in descendants(function.args)):
        seen.found.add(Use.BOUND)
    for part in function.body:  # the annotations of its own parameters mean the name outside
        seen.visit(part)
    return tuple(use for use in Use if use in seen.found)


class _Uses(ast.NodeVisitor):
    """Collects the uses of one name. A scope inside that binds the name itself hides it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._how = Use.RUNTIME
        self.found: set[Use] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self._name:
            self.found.add(self._how if isinstance(node.ctx, ast.Load) else Use.BOUND)

    def visit_Call(self, node: ast.Call) -> None:
        callee = node.func
        if isinstance(callee, ast.Name) and callee.id == self._name:
            self.found.add(Use.CALLED)
        if isinstance(callee, ast.Name) and callee.id in FRAME_READERS and not self._depth:
            self.found.add(Use.FRAME)
        last = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        if last == "cast" and len(node.args) == 2:
            self._as(Use.CAST, node.args[0])
            self.visit(node.args[1])
            self.visit(callee)
            return
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        # `x: T = ...` in a function is not evaluated (PEP 526), in a class inside of it it is
        self._as(Use.SIGNATURE if self._in_class else Use.ANNOTATION, node.annotation)
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    _in_class = False

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(outside)
        for argument in descendants(node.args):
            if isinstance(argument, ast.arg) and argument.annotation:
                self._as(Use.SIGNATURE, argument.annotation)
        if node.returns:
            self._as(Use.SIGNATURE, node.returns)
        if node.name == self._name:
            self.found.add(Use.BOUND)
        if not hides(node, self._name):
            self._inside(node.body, in_class=False)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for outside in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(outside)
        if not hides(node, self._name):
            self._inside([node.body], in_class=False)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        if node.name == self._name:
            self.found.add(Use.BOUND)
        self._inside(node.body, in_class=True)

    def _inside(self, body: list[ast.stmt] | list[ast.expr], in_class: bool) -> None:
        before, self._in_class = self._in_class, in_class
        self._depth += 1
        for part in body:
            self.visit(part)
        self._depth -= 1
        self._in_class = before

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        if self._name in node.names:
            self.found.add(Use.GLOBAL)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.visit_Global(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name == self._name:
            self.found.add(Use.BOUND)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name == self._name:
            self.found.add(Use.BOUND)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self.visit_MatchAs(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest == self._name:
            self.found.add(Use.BOUND)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if self._how is not Use.RUNTIME and isinstance(node.value, str) and self._name in node.value:
            self.found.add(Use.ANNOTATION if self._how is Use.CAST else self._how)  # text is not evaluated

    def _as(self, use: Use, node: ast.expr) -> None:
        before, self._how = self._how, use if self._how is Use.RUNTIME else self._how
        self.visit(node)
        self._how = before


def hides(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, by_imports: bool = True
) -> bool:
    """Whether a function inside binds the name for itself, so that its uses there are its own.

    Without `by_imports` only whether it does so in another way than by importing it.
    """
    if any(isinstance(a, ast.arg) and a.arg == name for a in descendants(node.args)):
        return True
    body = node.body if isinstance(node.body, list) else [node.body]
    waiting: list[ast.AST] = list(body)
    stored = False
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return False
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found = any((a.asname or a.name.partition(".")[0]) == name for a in aliases)
                stored |= by_imports and found
            case _:
                stored |= name in _stores(inner)
        if not isinstance(inner, SCOPES):
            waiting.extend(ast.iter_child_nodes(inner))
    return stored


def _stores(node: ast.AST) -> tuple[str | None, ...]:
    """The names that one node gives values, imports aside."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return (name,)
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return (name,)
        case ast.MatchMapping(rest=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
    return ()
