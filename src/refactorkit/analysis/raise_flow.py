"""Which assignment of a local name a piece of code sees, and what the tests before it say about the value.

To the inference a name is all that is ever assigned to it. Where just one assignment reaches a use, that use is written as
the assignment's own name instead (`text@3`), which is bound to that value alone; a test gives the name another one
still, with a value that the test narrows. Code that runs in several orders (loops, handlers) sees plain names again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from refactorkit.analysis.definitions import Assigned, Bound, Scope
from refactorkit.analysis.expressions import (
    OPERATORS,
    VERSION,
    Attribute,
    Call,
    Either,
    Element,
    Entered,
    Expression,
    Given,
    Literal,
    Name,
    Opaque,
    Part,
    Refined,
    annotation,
    expression,
)
from refactorkit.analysis.raise_facts import Effect, Invoke
from refactorkit.syntax import descendants

Fact = TypeVar("Fact")
State = dict[str, str]
"""The version of each name that is followed at some point; the others are plain there."""
WITHOUT_NAMES = frozenset([str, int, float, bool, type(None), Literal, Opaque, Given])
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
BINDING = (
    ast.ExceptHandler,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.MatchAs,
    ast.MatchStar,
    ast.MatchMapping,
    ast.alias,
)
"""What binds a name that stands in no `ast.Name`."""
HIDING = (ast.comprehension, ast.NamedExpr)
"""What binds names in the middle of an expression."""


class Flow:
    """The names of one function on the way through its body; of code outside of functions none is followed."""

    def __init__(self, scope: Scope | None = None, node: ast.AST | None = None) -> None:
        self._hides = node is not None and any(isinstance(found, HIDING) for found in descendants(node))
        self.bound: dict[str, tuple[Bound, ...]] = {}
        self.now: State = {}
        self._names = frozenset(_followed(scope)) if scope else frozenset[str]()
        self._declared = (
            frozenset(n for n in self._names if _is_declared(scope.names.get(n, ())))
            if scope
            else frozenset()
        )
        for parameter in scope.function.parameters if scope else ():
            if scope and parameter.name in scope.names:
                self._assigned(parameter.name, Given(parameter.name))

    def seen(self, effects: Iterable[Effect], *nodes: ast.AST | None) -> Iterator[Effect]:
        """Effects of some nodes with the names as they are now; names that the nodes bind in passing stay plain."""
        found = tuple(effects)
        if self.now:
            hidden = {name for node in nodes if node is not None for name in self._hidden(node)}
            now = {k: v for k, v in self.now.items() if k not in hidden} if hidden else self.now
            found = versioned(found, now)
        yield from found

    def value(self, node: ast.expr) -> Expression:
        """The facts of an expression with the names as they are now."""
        return (
            versioned(expression(node), self.now) if self.now and not self._hidden(node) else expression(node)
        )

    def forget(self, *nodes: ast.AST) -> None:
        """Some code has run, or may have: what it binds is plain from here on."""
        if self.now:
            for name in set(_binds(nodes)):
                self.now.pop(name, None)

    def passed(self, node: ast.expr | None) -> None:
        """An expression was evaluated."""
        for name in self._hidden(node) if node is not None and self.now else ():
            self.now.pop(name, None)

    def assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        """An assignment has run."""
        if not self._names:
            return
        value, targets = node.value, node.targets if isinstance(node, ast.Assign) else [node.target]
        made: list[tuple[str, Expression]] = []
        if isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                method = f"__i{OPERATORS[type(node.op)][2:]}"
                left = self.value(ast.Name(node.target.id, ast.Load()))
                made.append((node.target.id, Call(Attribute(left, method), (self.value(node.value),))))
        elif value is not None:
            for target in targets:
                made += self._made(target, value)
        if value is not None:
            self.forget(node)
        for name, fact in made:
            self._assigned(name, fact)

    def _made(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, Expression]]:
        match target, value:
            case ast.Name(id=name), _:
                yield name, self.value(value)
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                is_plain = not any(isinstance(e, ast.Starred) for e in (*targets, *values))
                if is_plain and len(targets) == len(values):
                    for one, other in zip(targets, values, strict=True):
                        yield from self._made(one, other)
            case ((ast.Tuple() | ast.List()), _):
                yield from parts(target, self.value(value))
            case _:
                pass

    def loop(self, target: ast.expr, items: Expression, is_async: bool) -> None:
        """The body of a loop over some items begins."""
        for name, fact in parts(target, Element(items, is_async)):
            self._assigned(name, fact)

    def enter(self, item: ast.withitem, is_async: bool) -> None:
        """A context manager is entered."""
        manager = self.value(item.context_expr)
        self.forget(item)
        for name, fact in parts(item.optional_vars, Entered(manager, is_async)):
            self._assigned(name, fact)

    def narrow(self, test: ast.expr, outcome: bool) -> None:
        """A test had an outcome."""
        for name, classes, holds in _refined(test, outcome):
            if name not in self._names or name in self._hidden(test) - _walrus(test):
                continue
            old: Expression = Name(self.now.get(name, name))
            self._define(name, Literal("None") if classes is None else Refined(old, classes, holds))

    def join(self, states: Sequence[State | None]) -> None:
        """Several ways come together; None stands for one that never gets there."""
        ways = [state for state in states if state is not None]
        self.now = {}
        for name in set.intersection(*(set(way) for way in ways)) if ways else ():
            versions = tuple(dict.fromkeys(way[name] for way in ways))
            if len(versions) == 1:
                self.now[name] = versions[0]
            else:
                self._define(name, Either(tuple(Name(version) for version in versions)))

    def _hidden(self, node: ast.AST) -> set[str]:
        """The names that are bound in the middle of an expression."""
        if not self._hides:
            return set()
        return {
            name
            for found in descendants(node)
            if isinstance(found, HIDING)
            for name in _binds([found.target])
        }

    def _assigned(self, name: str, value: Expression) -> None:
        if name not in self._declared:  # a declaration is taken at its word, whatever is assigned
            self._define(name, value)

    def _define(self, name: str, value: Expression) -> None:
        if name in self._names:
            version = f"{name}{VERSION}{len(self.bound)}"
            self.bound[version] = (Assigned(value, None, 0),)
            self.now[name] = version


def parts(target: ast.expr | None, value: Expression) -> Iterator[tuple[str, Expression]]:
    """The names that a target has, each with what of a value it gets."""
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            if not any(isinstance(element, ast.Starred) for element in elements):
                for index, element in enumerate(elements):
                    yield from parts(element, Part(value, index, len(elements)))


def versioned(fact: Fact, names: Mapping[str, str]) -> Fact:
    """Facts with some names replaced. What is called by a bare name stays: the name says what it is."""
    return _versioned(fact, names)  # type: ignore[no-any-return]


def _versioned(fact: Any, names: Mapping[str, str]) -> Any:
    """The same for anything; what holds none of the names is given back itself."""
    kind = type(fact)
    if kind is Name:
        return Name(names[fact.id]) if fact.id in names else fact
    if kind in WITHOUT_NAMES:
        return fact
    before = fact if kind is tuple else [getattr(fact, field) for field in kind.__struct_fields__]
    after = [part if type(part) in WITHOUT_NAMES else _versioned(part, names) for part in before]
    if kind is Invoke and type(fact.func) is Name:
        after[0] = fact.func
    for old, new in zip(before, after, strict=True):
        if old is not new:
            return tuple(after) if kind is tuple else kind(*after)
    return fact


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether what follows some statements is never reached from them."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return leaves(last.body) and leaves(last.orelse)
    return isinstance(last, LEAVING)


def ends(body: Sequence[ast.stmt]) -> bool:
    """Whether a function never gets to the end of its body, as far as that can be seen."""
    last = body[-1] if body else None
    match last:
        case ast.If():
            return ends(last.body) and ends(last.orelse)
        case ast.With() | ast.AsyncWith():
            return ends(last.body)
        case ast.While(test=ast.Constant(value=value)):
            return bool(value) and not any(isinstance(n, ast.Break) for n in descendants(last))
        case ast.Try():
            return ends(last.finalbody) or (
                ends(last.orelse or last.body) and all(ends(handler.body) for handler in last.handlers)
            )
        case _:
            return isinstance(last, ast.Return | ast.Raise)


def _followed(scope: Scope) -> Iterator[str]:
    """The names of a function that only its own plain assignments and parameters bind."""
    names = dict(scope.names)
    for parameter in scope.function.parameters:
        names.setdefault(parameter.name, ())
    for name, bounds in names.items():
        is_plain = all(isinstance(b, Assigned) and b.value != Opaque("nonlocal") for b in bounds)
        if name not in scope.outer and is_plain:
            yield name


def _is_declared(bounds: tuple[Bound, ...]) -> bool:
    return any(isinstance(b, Assigned) and b.annotation is not None for b in bounds)


def _walrus(node: ast.AST) -> set[str]:
    return {f.target.id for f in descendants(node) if isinstance(f, ast.NamedExpr)}


def _binds(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """All names that some code binds or deletes, those of functions inside included."""
    for node in nodes:
        for found in descendants(node):
            if isinstance(found, ast.Name):
                if not isinstance(found.ctx, ast.Load):
                    yield found.id
            elif isinstance(found, BINDING):
                yield from _named(found)


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.alias(name=module, asname=asname):
            yield asname or module.partition(".")[0]
        case _:
            if found := getattr(node, "name", None):
                yield found


Refinement = tuple[str, tuple[Expression, ...] | None, bool]
"""A name with the classes that it is an object of, or isn't: () for not None, None for None."""


def _refined(test: ast.expr, outcome: bool) -> Iterator[Refinement]:
    """What the outcome of a test says about names."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _refined(operand, not outcome)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is outcome:
            for value in values:
                yield from _refined(value, outcome)
        case ast.NamedExpr(target=target):
            yield from _refined(target, outcome)
        case ast.Name(id=name) if outcome:
            yield name, (), True
        case ast.Compare(
            left=ast.Name(id=name) | ast.NamedExpr(target=ast.Name(id=name)),
            ops=[ast.Is() | ast.IsNot() as op],
            comparators=[ast.Constant(value=None)],
        ):
            is_none = isinstance(op, ast.Is) is outcome
            yield name, None if is_none else (), True
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds], keywords=[]):
            classes = tuple(_classes(kinds))
            if classes:
                yield name, classes, outcome
        case _:
            pass


def _classes(node: ast.expr) -> Iterator[Expression]:
    match node:
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _classes(element)
        case _:
            yield annotation(node)
