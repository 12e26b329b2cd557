"""Reading what a file's functions do that may raise: statements, tries and what is defined. Expressions: `raise_expressions`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from refactorkit.analysis.definitions import Function, FunctionNode, Scope, bindings, flat, read_scope
from refactorkit.analysis.expressions import OPERATORS, Expression, Name, expression
from refactorkit.analysis.expressions import Opaque as OpaqueValue
from refactorkit.analysis.handler_sites import site_of
from refactorkit.analysis.handler_traits import FUNCTIONS, own, registered
from refactorkit.analysis.raise_expressions import actual, actuals, evaluated, spot, truth
from refactorkit.analysis.raise_facts import (
    Actual,
    Attempt,
    Clause,
    Effect,
    FileRaises,
    Invoke,
    Load,
    Opaque,
    Operate,
    Raised,
    Routine,
    TopImport,
    Within,
)
from refactorkit.facts import extractor
from refactorkit.syntax import syntax_tree

MODULE = "<module>"
LOGGERS = frozenset(["getLogger", "get_logger", "getLoggerAdapter"])
TRYS = (ast.Try, getattr(ast, "TryStar", ast.Try))


@extractor
def file_raises(data: bytes) -> FileRaises:
    """The facts of a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    reader = _Reader(data, registered(data, tree))
    reader.module(tree)
    return FileRaises(
        tuple(reader.routines),
        tuple(reader.scopes),
        reader.decorated,
        tuple(sorted(_loggers(tree))),
        tuple(_imports(tree)),
        tuple(reader.nullable),
    )


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return [alias.name for alias in node.names]


def _imports(tree: ast.Module) -> Iterator[TopImport]:
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield TopImport(alias.asname or alias.name, alias.name, None, statement.lineno)
        elif isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                if alias.name != "*":
                    yield TopImport(alias.asname or alias.name, module, alias.name, statement.lineno)


def _loggers(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                if expression(func) and getattr(func, "attr", getattr(func, "id", "")) in LOGGERS:
                    yield name


class _Reader:
    """Walks one file. `_around` are the nodes on the way down, `_caught` the clauses, by the names that they bind."""

    def __init__(self, data: bytes, registered_names: frozenset[str]) -> None:
        self.routines: list[Routine] = []
        self.scopes: list[Scope] = []
        self.decorated: dict[str, tuple[Expression, ...]] = {}
        self.nullable: list[tuple[int, str]] = []
        self._data = data
        self._registered = registered_names
        self._around: list[tuple[ast.AST, str]] = []
        self._caught: list[str | None] = []
        self._later: list[Callable[[], None]] = []
        self._prefix = ""
        self._owner = ""
        self._scope = -1
        self._yields = False

    def module(self, tree: ast.Module) -> None:
        """Read a whole file: what runs on import, and each function."""
        self.scopes.append(_pseudo(MODULE, tree.body, -1))
        self._scope = 0
        self.routines.append(Routine(MODULE, 0, 0, False, self._block(tree.body)))
        while self._later:
            self._later.pop(0)()

    def _block(self, body: Sequence[ast.stmt]) -> tuple[Effect, ...]:
        effects = tuple(effect for statement in body for effect in self._statement(statement))
        self._yields |= any(isinstance(e, Opaque) and e.kind == "yield" for e in effects)
        return effects

    def _inside(self, node: ast.AST, field: str, body: Sequence[ast.stmt]) -> tuple[Effect, ...]:
        self._around.append((node, field))
        effects = self._block(body)
        self._around.pop()
        return effects

    def _statement(self, node: ast.stmt) -> Iterator[Effect]:
        match node:
            case ast.Expr(value=value):
                yield from evaluated(value)
            case ast.Return(value=value):
                if value is not None:
                    yield from evaluated(value)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                yield from _assigning(node)
            case ast.Raise():
                yield from self._raising(node)
            case ast.Assert(test=test, msg=message):
                yield from truth(test)
                yield from evaluated(message) if message else ()
                yield Raised(Name("AssertionError"), 0, node.lineno)
            case ast.If() | ast.While():
                yield from truth(node.test)
                yield from self._inside(node, "body", node.body)
                yield from self._inside(node, "orelse", node.orelse)
            case ast.For() | ast.AsyncFor():
                yield from evaluated(node.iter)
                method = "__aiter__" if isinstance(node, ast.AsyncFor) else "__iter__"
                yield Operate(method, (actual(node.iter),), node.lineno)
                yield from storing(node.target, None)
                yield from self._inside(node, "body", node.body)
                yield from self._inside(node, "orelse", node.orelse)
            case ast.With() | ast.AsyncWith():
                yield from self._with(node, 0)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._function(node)
            case ast.ClassDef():
                yield from self._class(node)
            case ast.Import() | ast.ImportFrom():
                yield Opaque(f"import {', '.join(_modules(node))}", node.lineno)
            case ast.Match():
                yield from self._match(node)
            case ast.Global() | ast.Nonlocal() | ast.Pass() | ast.Break() | ast.Continue():
                pass
            case _ if isinstance(node, TRYS):
                yield self._try(node)
            case _:
                yield Opaque(type(node).__name__, node.lineno)

    def _raising(self, node: ast.Raise) -> Iterator[Effect]:
        if node.cause is not None:
            yield from evaluated(node.cause)
        if node.exc is None:
            yield Raised(None, 0, node.lineno) if self._caught else Opaque("raise", node.lineno)
            return
        if isinstance(node.exc, ast.Name) and node.exc.id in self._caught:
            level = list(reversed(self._caught)).index(node.exc.id)
            yield Raised(None, level, node.lineno)
            return
        yield from evaluated(node.exc)
        yield Raised(expression(node.exc), 0, node.lineno)

    def _with(self, node: ast.With | ast.AsyncWith, index: int) -> Iterator[Effect]:
        if index == len(node.items):
            yield from self._inside(node, "body", node.body)
            return
        item = node.items[index]
        yield from evaluated(item.context_expr, managed=True)
        inner: list[Effect] = list(storing(item.optional_vars, None)) if item.optional_vars else []
        inner += self._with(node, index + 1)
        call = item.context_expr
        given = actuals(call)[0] if isinstance(call, ast.Call) else ()
        is_async = isinstance(node, ast.AsyncWith)
        yield Within(expression(call), given, is_async, tuple(inner), call.lineno, spot(call))

    def _try(self, node: ast.Try) -> Attempt:
        body = self._inside(node, "body", node.body)
        clauses = tuple(self._clause(node, handler) for handler in node.handlers)
        orelse = self._inside(node, "orelse", node.orelse)
        final = self._inside(node, "finalbody", node.finalbody)
        leaves = any(isinstance(n, ast.Return | ast.Break | ast.Continue) for n in own(node.finalbody))
        return Attempt(body, clauses, orelse, final, leaves, type(node).__name__ == "TryStar", node.lineno)

    def _clause(self, attempt: ast.Try, handler: ast.ExceptHandler) -> Clause:
        is_plain = handler.name is not None and not any(
            isinstance(n, ast.Name) and n.id == handler.name and not isinstance(n.ctx, ast.Load)
            for n in own(handler.body)
        )
        self._caught.append(handler.name if is_plain else None)
        body = self._inside(handler, "body", handler.body)
        self._caught.pop()
        function = self.scopes[self._scope].function.name if self._scope >= 0 else MODULE
        site = site_of(self._data, attempt, handler, self._around, self._registered, function)
        types = None if handler.type is None else tuple(expression(t) for t in type_nodes(handler.type))
        end = handler.end_lineno or handler.lineno
        return Clause(types, body, handler.lineno, end, site)

    def _match(self, node: ast.Match) -> Iterator[Effect]:
        yield from evaluated(node.subject)
        yield Operate("match", (actual(node.subject),), node.lineno)
        for case in node.cases:
            yield from truth(case.guard) if case.guard else ()
            yield from self._inside(node, "body", case.body)

    def _function(self, node: FunctionNode) -> Iterator[Effect]:
        for decorator in node.decorator_list:
            yield from evaluated(decorator)
            yield Invoke(
                expression(decorator),
                (Actual(OpaqueValue("function")),),
                (),
                False,
                False,
                False,
                node.lineno,
            )
        for default in (*node.args.defaults, *node.args.kw_defaults):
            yield from evaluated(default) if default else ()
        self.nullable += [(node.lineno, name) for name in _nullable(node.args)]
        prefix, owner, scope = self._prefix, self._owner, self._enclosing()

        def read() -> None:
            self._enter(node, prefix, owner, scope)

        self._later.append(read)

    def _enclosing(self) -> int:
        """The function around, whose names those in functions below see; a class's and the module's are no such."""
        scope = self._scope
        while scope >= 0 and self.scopes[scope].function.line == 0:
            scope = self.scopes[scope].parent
        return scope

    def _enter(self, node: FunctionNode, prefix: str, owner: str, parent: int) -> None:
        """Read a function's body."""
        self.scopes.append(read_scope(node, prefix, owner, parent))
        scope = self._scope = len(self.scopes) - 1
        self._prefix, self._owner = f"{prefix}{node.name}.<locals>.", ""
        self._around, self._caught = [(node, "body")], []
        self._yields = False
        effects = self._block(node.body)
        self.routines.append(Routine(prefix + node.name, node.lineno, scope, self._yields, effects))

    def _class(self, node: ast.ClassDef) -> Iterator[Effect]:
        for decorator in node.decorator_list:
            yield from evaluated(decorator)
        qualified = self._prefix + node.name
        self.decorated[qualified] = tuple(expression(d) for d in node.decorator_list)
        before = self._prefix, self._owner, self._scope
        self.scopes.append(_pseudo(qualified, node.body, self._enclosing()))
        self._prefix, self._owner, self._scope = f"{qualified}.", qualified, len(self.scopes) - 1
        effects = self._inside(node, "body", node.body)
        self._prefix, self._owner, self._scope = before
        yield Opaque("class", node.lineno)
        yield from (e for e in effects if isinstance(e, Attempt))


def _nullable(arguments: ast.arguments) -> Iterator[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if isinstance(default, ast.Constant) and default.value is None and argument.annotation is not None:
            yield argument.arg


def _pseudo(name: str, body: Sequence[ast.stmt], parent: int) -> Scope:
    """A scope for code outside of functions: a class's own names, and those of comprehensions, which shadow others."""
    names: dict[str, list[object]] = {}
    is_class = name != MODULE
    for statement, _ in flat(body):
        if is_class:
            for bound, fact in bindings(statement, f"{name}."):
                names.setdefault(bound, []).append(fact)
        for node in own([statement]) if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)) else ():
            if isinstance(node, ast.comprehension):
                for bound, fact in bindings(node, ""):
                    names.setdefault(bound, []).append(fact)
    ordered = {bound: tuple(facts) for bound, facts in sorted(names.items())}
    return Scope(Function(name, 0, False, (), (), None), "", parent, ordered, ())  # type: ignore[arg-type]


def type_nodes(node: ast.expr) -> list[ast.expr]:
    """The types of an except clause as they are written."""
    if not isinstance(node, ast.Tuple):
        return [node]
    return [inner for element in node.elts for inner in type_nodes(element)]


def _assigning(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete) -> Iterator[Effect]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from evaluated(value)
            for target in targets:
                yield from storing(target, value)
        case ast.AnnAssign(target=target, value=given):
            if given is not None:
                yield from evaluated(given)
                yield from storing(target, given)
        case ast.AugAssign(target=target, op=op, value=value):
            loaded = ast.copy_location(_loaded(target), target)
            yield from evaluated(loaded)
            yield from evaluated(value)
            method = f"__i{OPERATORS[type(op)][2:]}"
            yield Operate(method, (actual(loaded), actual(value)), node.lineno)
            yield from storing(target, None)
        case ast.Delete(targets=targets):
            for target in targets:
                yield from _deleting(target)


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            return ast.Attribute(value, attr, ast.Load())
        case _:
            return ast.Subscript(target.value, target.slice, ast.Load())


def _deleting(target: ast.expr) -> Iterator[Effect]:
    match target:
        case ast.Subscript(value=value, slice=key):
            yield from evaluated(value)
            yield from evaluated(key)
            yield Operate("__delitem__", (actual(value), actual(key)), target.lineno)
        case ast.Attribute(value=value, attr=attr):
            yield from evaluated(value)
            yield Load(expression(value), attr, "set", target.lineno, spot(value))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _deleting(element)
        case _:
            pass


def storing(target: ast.expr, value: ast.expr | None) -> Iterator[Effect]:
    """What putting a value into a target does; None for a value that no expression gives."""
    match target:
        case ast.Name():
            pass
        case ast.Starred(value=inner):
            yield from storing(inner, None)
        case ast.Attribute(value=owner, attr=attr):
            yield from evaluated(owner)
            yield Load(expression(owner), attr, "set", target.lineno, spot(owner))
        case ast.Subscript(value=owner, slice=key):
            yield from evaluated(owner)
            yield from evaluated(key)
            given = actual(value) if value is not None else Actual(OpaqueValue("element"))
            yield Operate("__setitem__", (actual(owner), actual(key), given), target.lineno)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            same = isinstance(value, ast.Tuple) and len(value.elts) == len(elements)
            parts = value.elts if same and isinstance(value, ast.Tuple) else [None] * len(elements)
            if not same or any(isinstance(e, ast.Starred) for e in (*elements, *parts)):
                taken = actual(value) if value is not None else Actual(OpaqueValue("element"))
                yield Operate(
                    "unpack", (taken, Actual(OpaqueValue("count"), True, len(elements))), target.lineno
                )
                parts = [None] * len(elements)
            for element, part in zip(elements, parts, strict=True):
                yield from storing(element, part)
        case _:
            yield Opaque(type(target).__name__, target.lineno)
