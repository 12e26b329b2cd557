"""Reading what a file's functions do that may raise: statements, tries and what is defined. Expressions: `raise_expressions`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from refactorkit.analysis.definitions import Function, FunctionNode, Scope, bindings, flat, read_scope
from refactorkit.analysis.expressions import Element, Entered, Expression, Literal, Name, expression
from refactorkit.analysis.expressions import Opaque as OpaqueValue
from refactorkit.analysis.handler_sites import site_of
from refactorkit.analysis.handler_traits import FUNCTIONS, own, registered
from refactorkit.analysis.raise_expressions import actual, actuals, declared, evaluated, every, spot, truth
from refactorkit.analysis.raise_facts import (
    Actual,
    Attempt,
    Clause,
    Effect,
    FileRaises,
    Invoke,
    Opaque,
    Operate,
    Raised,
    Routine,
    TopImport,
    Within,
)
from refactorkit.analysis.raise_flow import Flow, State, ends, leaves, versioned
from refactorkit.analysis.raise_targets import assigning, deleting, storing
from refactorkit.analysis.raise_yields import yields_once
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
        self._flow = Flow()
        self._returned: list[Expression] = []

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
            case ast.Expr(value=value) | ast.Return(value=value):
                yield from self._flow.seen(evaluated(value), value)
                if isinstance(node, ast.Return):
                    self._returned.append(Literal("None") if value is None else self._flow.value(value))
                self._flow.passed(value)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                yield from self._flow.seen(assigning(node), node)
                self._flow.assign(node)
            case ast.Delete(targets=targets):
                yield from self._flow.seen((e for target in targets for e in deleting(target)), node)
                self._flow.forget(node)
            case ast.Raise():
                yield from self._flow.seen(self._raising(node), node)
            case ast.Assert(test=test, msg=message):
                yield from self._flow.seen(_asserting(test, message), node)
                yield Raised(Name("AssertionError"), 0, node.lineno)
                self._flow.passed(test)
                self._flow.narrow(test, True)
            case ast.If():
                yield from self._if(node)
            case ast.While():
                yield from self._while(node)
            case ast.For() | ast.AsyncFor():
                yield from self._for(node)
            case ast.With() | ast.AsyncWith():
                before = dict(self._flow.now)
                yield from self._with(node, 0)
                self._flow.now = before  # a manager may swallow, so that not all of the body has run
                self._flow.forget(node)
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

    def _if(self, node: ast.If) -> Iterator[Effect]:
        yield from self._flow.seen(truth(node.test), node.test)
        self._flow.passed(node.test)
        before = dict(self._flow.now)
        ways: list[State | None] = []
        for outcome, field, body in ((True, "body", node.body), (False, "orelse", node.orelse)):
            self._flow.now = dict(before)
            self._flow.narrow(node.test, outcome)
            yield from self._inside(node, field, body)
            ways.append(None if leaves(body) else self._flow.now)
        self._flow.join(ways)

    def _while(self, node: ast.While) -> Iterator[Effect]:
        self._flow.forget(node)
        yield from self._flow.seen(truth(node.test), node.test)
        before = dict(self._flow.now)
        self._flow.narrow(node.test, True)
        yield from self._inside(node, "body", node.body)
        self._flow.now = dict(before)
        yield from self._inside(node, "orelse", node.orelse)
        self._flow.now = before

    def _for(self, node: ast.For | ast.AsyncFor) -> Iterator[Effect]:
        method = "__aiter__" if isinstance(node, ast.AsyncFor) else "__iter__"
        iterating = (*evaluated(node.iter), Operate(method, (actual(node.iter),), node.lineno))
        yield from self._flow.seen(iterating, node.iter)
        items = self._flow.value(node.iter)
        self._flow.forget(node)
        before = dict(self._flow.now)
        is_async = isinstance(node, ast.AsyncFor)
        yield from self._flow.seen(storing(node.target, None, Element(items, is_async)), node.target)
        self._flow.loop(node.target, items, is_async)
        yield from self._inside(node, "body", node.body)
        self._flow.now = dict(before)
        yield from self._inside(node, "orelse", node.orelse)
        self._flow.now = before

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
        call, is_async = item.context_expr, isinstance(node, ast.AsyncWith)
        yield from self._flow.seen(evaluated(call, managed=True), call)
        manager, given = self._flow.value(call), actuals(call)[0] if isinstance(call, ast.Call) else ()
        given = versioned(given, self._flow.now)
        self._flow.enter(item, is_async)
        stored = storing(item.optional_vars, None, Entered(manager, is_async)) if item.optional_vars else ()
        inner = [*self._flow.seen(stored, item.optional_vars), *self._with(node, index + 1)]
        yield Within(manager, given, is_async, tuple(inner), call.lineno, spot(call))

    def _try(self, node: ast.Try) -> Attempt:
        before = dict(self._flow.now)
        body = self._inside(node, "body", node.body)
        after = self._flow.now
        self._flow.now = dict(before)
        self._flow.forget(*node.body)
        caught, ways, clauses = dict(self._flow.now), list[State | None](), list[Clause]()
        for handler in node.handlers:
            self._flow.now = dict(caught)
            clauses.append(self._clause(node, handler))
            ways.append(None if leaves(handler.body) else self._flow.now)
        self._flow.now = after
        orelse = self._inside(node, "orelse", node.orelse)
        ways.append(None if leaves(node.orelse or node.body) else self._flow.now)
        self._flow.join(ways)
        joined = self._flow.now
        self._flow.now = before
        self._flow.forget(node)
        final = self._inside(node, "finalbody", node.finalbody)
        self._flow.now = joined
        self._flow.forget(*node.finalbody)
        swallows = any(isinstance(n, ast.Return | ast.Break | ast.Continue) for n in own(node.finalbody))
        return Attempt(
            body, tuple(clauses), orelse, final, swallows, type(node).__name__ == "TryStar", node.lineno
        )

    def _clause(self, attempt: ast.Try, handler: ast.ExceptHandler) -> Clause:
        is_plain = handler.name is not None and not any(
            isinstance(n, ast.Name) and n.id == handler.name and not isinstance(n.ctx, ast.Load)
            for n in own(handler.body)
        )
        self._caught.append(handler.name if is_plain else None)
        self._flow.forget(handler)
        body = self._inside(handler, "body", handler.body)
        self._caught.pop()
        function = self.scopes[self._scope].function.name if self._scope >= 0 else MODULE
        site = site_of(self._data, attempt, handler, self._around, self._registered, function)
        types = None if handler.type is None else tuple(expression(t) for t in type_nodes(handler.type))
        end = handler.end_lineno or handler.lineno
        return Clause(types, body, handler.lineno, end, site)

    def _match(self, node: ast.Match) -> Iterator[Effect]:
        matched = (*evaluated(node.subject), Operate("match", (actual(node.subject),), node.lineno))
        yield from self._flow.seen(matched, node.subject)
        self._flow.forget(node)
        before = dict(self._flow.now)
        for case in node.cases:
            self._flow.now = dict(before)
            yield from self._flow.seen(truth(case.guard), case.guard) if case.guard else ()
            yield from self._inside(node, "body", case.body)
        self._flow.now = before

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
        yield from declared(*(a.annotation for a in every(node.args)), node.returns)
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
        self._flow = Flow(self.scopes[scope], node)
        self._returned = []
        effects = self._block(node.body)
        if not ends(node.body):
            self._returned.append(Literal("None"))
        names = {**self.scopes[scope].names, **self._flow.bound}
        self.scopes[scope] = structs.replace(self.scopes[scope], names=names)
        returned = tuple(dict.fromkeys(self._returned))
        once = self._yields and yields_once(node.body)
        self.routines.append(
            Routine(prefix + node.name, node.lineno, scope, self._yields, effects, returned, once)
        )

    def _class(self, node: ast.ClassDef) -> Iterator[Effect]:
        for decorator in node.decorator_list:
            yield from evaluated(decorator)
        qualified = self._prefix + node.name
        self.decorated[qualified] = tuple(expression(d) for d in node.decorator_list)
        before, flow = (self._prefix, self._owner, self._scope), self._flow
        self._flow = Flow()
        self.scopes.append(_pseudo(qualified, node.body, self._enclosing()))
        self._prefix, self._owner, self._scope = f"{qualified}.", qualified, len(self.scopes) - 1
        effects = self._inside(node, "body", node.body)
        (self._prefix, self._owner, self._scope), self._flow = before, flow
        self._flow.forget(node)
        yield Opaque("class", node.lineno)
        yield from (e for e in effects if isinstance(e, Attempt))


def _asserting(test: ast.expr, message: ast.expr | None) -> Iterator[Effect]:
    yield from truth(test)
    yield from evaluated(message)


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
