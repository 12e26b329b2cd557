"""Whether two functions do the same once `await` is gone, and what that rests on.

Both bodies are walked together, statement by statement; `pair_expressions` compares what stands in a statement. Nothing
is erased blindly: what is in none of the known forms is a difference.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from refactorkit.analysis.modules import Module
from refactorkit.analysis.pair_clients import opened
from refactorkit.analysis.pair_expressions import Expressions, Rules, TwinCall
from refactorkit.analysis.pair_sides import Side, awaits, parameters
from refactorkit.analysis.pairs import Function

CLIENT = "client"
"""The name under which a decorator hands a client in."""
TEXT = 160
"""The longest text of one side of a difference, in characters."""


class Difference(Struct, frozen=True):
    """What one side has where the other has something else: first line (0 for nothing) and source, on one line."""

    sync_line: int
    sync: str
    twin_line: int
    twin: str


class Compared(Struct, frozen=True):
    """The result: without `differences` the two are equal, provided that the callees of `calls` are.

    `dropped` are parameters that hand a client to the async half alone.
    """

    differences: tuple[Difference, ...]
    calls: tuple[TwinCall, ...]
    rules: tuple[str, ...]
    has_client: bool
    dropped: tuple[str, ...]
    awaits: bool


class Comparison:
    """Walks two functions together. The state is what has been found so far."""

    def __init__(self, sync: Side, twin: Side, rules: Rules) -> None:
        self._both = Expressions(sync, twin, rules)
        self._differences: list[Difference] = []
        self._dropped: list[str] = []

    def take_clients(self) -> None:
        """Parameters of one name whose annotations both name a client are clients of the two kinds."""
        one, other = (_clients(side.node) for side in (self._both.sync, self._both.twin))
        for name in sorted(one & other):
            self._both.bind(name, name, "client")
            self._both.rules.append("client")

    def compare(self) -> Compared:
        """Compare the bodies; the signatures are somebody else's business."""
        self.block(self._both.sync.body(), self._both.twin.body())
        return Compared(
            tuple(self._differences),
            tuple(self._both.calls),
            tuple(dict.fromkeys(self._both.rules)),
            self._both.has_client(),
            tuple(dict.fromkeys(self._dropped)),
            awaits(self._both.twin.node.body),
        )

    # Statements

    def block(self, sync: Sequence[ast.stmt], twin: Sequence[ast.stmt]) -> None:
        """Compare two blocks statement by statement; where their lengths differ, what looks alike is lined up."""
        left, right = self._without_their_clients(self._both.sync.plain(sync), self._both.twin.plain(twin))
        if len(left) == len(right):
            for one, other in zip(left, right, strict=True):
                self._statement(one, other)
            return
        keys = [_key(s) for s in left], [_key(s) for s in right]
        matcher = SequenceMatcher(None, *keys, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag == "equal":
                for one, other in zip(left[i1:i2], right[j1:j2], strict=True):
                    self._statement(one, other)
            else:
                self._differ(left[i1:i2], right[j1:j2])

    def _without_their_clients(
        self, left: list[ast.stmt], right: list[ast.stmt]
    ) -> tuple[Sequence[ast.stmt], Sequence[ast.stmt]]:
        """The blocks without what makes a client, where the two sides make theirs in different forms."""
        one = opened(left, self._both.sync, self._both.table.clients, is_twin=False)
        other = opened(right, self._both.twin, self._both.table.clients, is_twin=True)
        names = other.names
        if len(one.names) == 1 and not names and CLIENT in self._both.twin.parameters:
            names = (CLIENT,)  # a decorator hands it in
            self._dropped += [CLIENT] if CLIENT in self._both.sync.parameters else []
        if len(one.names) != 1 or len(names) != 1 or one.forms == other.forms:
            return left, right
        self._both.bind(one.names[0], names[0], "client")
        self._both.rules.append("client")
        self._dropped += [p for p in other.given if p not in one.given]
        return one.statements, other.statements

    def _statement(self, sync: ast.stmt, twin: ast.stmt) -> None:
        match sync, twin:
            case ast.With(), ast.With() | ast.AsyncWith():
                if len(sync.items) == len(twin.items) and all(
                    self._both.attempt(lambda one=one, other=other: self._item(one, other, twin))  # type: ignore[misc]
                    for one, other in zip(sync.items, twin.items, strict=True)
                ):
                    return self.block(sync.body, twin.body)
            case ast.FunctionDef(), ast.AsyncFunctionDef() | ast.FunctionDef():
                if self._nested(sync, twin):
                    return None
            case ast.For(), ast.For() | ast.AsyncFor():
                if self._loop(sync, twin):
                    self.block(sync.body, twin.body)
                    return self.block(sync.orelse, twin.orelse)
            case ast.If() | ast.While(), ast.If() | ast.While():
                if type(sync) is type(twin) and self._both.attempt(
                    lambda: self._both.same(sync.test, twin.test)
                ):
                    self.block(sync.body, twin.body)
                    return self.block(sync.orelse, twin.orelse)
            case ast.Try(), ast.Try():
                if len(sync.handlers) == len(twin.handlers) and not self._imports_differ(sync, twin):
                    return self._try_statement(sync, twin)
            case ast.Assign() | ast.AnnAssign(), ast.Assign() | ast.AnnAssign():
                if self._both.attempt(lambda: self._assignment(sync, twin)):
                    return None
            case _:
                if self._both.attempt(lambda: self._both.same(sync, twin)):
                    return None
        return self._differ([sync], [twin])

    def _assignment(self, sync: ast.Assign | ast.AnnAssign, twin: ast.Assign | ast.AnnAssign) -> bool:
        """Values first: what they make decides what the targets are. Annotations of locals aren't evaluated."""
        left, right = _targets(sync), _targets(twin)
        if left is None or right is None or sync.value is None or twin.value is None:
            return self._both.same_fields(sync, twin)
        kind = self._both.made(sync.value, twin.value)
        if kind is None and not self._both.same(sync.value, twin.value):
            return False
        if kind is not None and len(left) == 1 and isinstance(left[0], ast.Name):
            self._both.remember(left[0].id, kind)
        return len(left) == len(right) and all(map(self._both.same, left, right))

    def _try_statement(self, sync: ast.Try, twin: ast.Try) -> None:
        self.block(sync.body, twin.body)
        for one, other in zip(sync.handlers, twin.handlers, strict=True):
            if not self._both.attempt(lambda one=one, other=other: self._handler(one, other)):  # type: ignore[misc]
                self._difference(one, other)
            self.block(one.body, other.body)
        self.block(sync.orelse, twin.orelse)
        self.block(sync.finalbody, twin.finalbody)

    def _handler(self, sync: ast.ExceptHandler, twin: ast.ExceptHandler) -> bool:
        if (sync.type is None) != (twin.type is None) or (sync.name is None) != (twin.name is None):
            return False
        if sync.type and twin.type and not self._both.same(sync.type, twin.type):
            return False
        return not (sync.name and twin.name) or self._both.name(sync.name, twin.name)

    def _imports_differ(self, sync: ast.Try, twin: ast.Try) -> bool:
        """Imports in a `try` may fail there on purpose, so they have to be the same."""
        one, other = (
            [ast.dump(s) for s in t.body if isinstance(s, ast.Import | ast.ImportFrom)] for t in (sync, twin)
        )
        return one != other

    def _loop(self, sync: ast.For, twin: ast.For | ast.AsyncFor) -> bool:
        if isinstance(twin, ast.AsyncFor) and self._both.kind(sync.iter, twin.iter) is None:
            return False
        return self._both.attempt(
            lambda: self._both.same(sync.iter, twin.iter) and self._both.same(sync.target, twin.target)
        )

    def _item(self, sync: ast.withitem, twin: ast.withitem, statement: ast.With | ast.AsyncWith) -> bool:
        """One context manager; objects that both sides make in twin ways are remembered under their names."""
        one, other = sync.context_expr, twin.context_expr
        opened = other.value if isinstance(other, ast.Await) else other
        kind = self._both.made(one, opened)
        if kind is None and isinstance(statement, ast.AsyncWith):
            kind = self._both.kind(one, other) if self._both.same(one, other) else None
            if kind is None:
                return False
        elif kind is None and not self._both.same(one, other):
            return False
        if (sync.optional_vars is None) != (twin.optional_vars is None):
            return False
        if sync.optional_vars is None or twin.optional_vars is None:
            return True
        if kind in ("client", "file") and isinstance(sync.optional_vars, ast.Name):
            self._both.remember(sync.optional_vars.id, kind)
        return self._both.same(sync.optional_vars, twin.optional_vars)

    def _nested(self, sync: ast.FunctionDef, twin: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """A function inside, which has the same parameters on both sides."""
        one, other = Side(sync, self._both.sync.module), Side(twin, self._both.twin.module)
        if one.parameters != other.parameters or _defaults(sync) != _defaults(twin):
            return False
        if len(sync.decorator_list) != len(twin.decorator_list) or not self._both.name(sync.name, twin.name):
            return False
        if not all(map(self._both.same, sync.decorator_list, twin.decorator_list)):
            return False
        outer = self._both.sync, self._both.twin
        one.locals |= outer[0].locals
        other.locals |= outer[1].locals
        one.imports |= {k: v for k, v in outer[0].imports.items() if k not in one.locals}
        other.imports |= {k: v for k, v in outer[1].imports.items() if k not in other.locals}
        self._both.remember(sync.name, "function" if isinstance(twin, ast.AsyncFunctionDef) else "plain")
        self._both.sync, self._both.twin = one, other
        self.block(sync.body, twin.body)
        self._both.sync, self._both.twin = outer
        return True

    def _differ(self, sync: Sequence[ast.stmt], twin: Sequence[ast.stmt]) -> None:
        for position in range(max(len(sync), len(twin))):
            self._difference(
                sync[position] if position < len(sync) else None,
                twin[position] if position < len(twin) else None,
            )

    def _difference(self, sync: ast.AST | None, twin: ast.AST | None) -> None:
        self._differences.append(
            Difference(getattr(sync, "lineno", 0), shown(sync), getattr(twin, "lineno", 0), shown(twin))
        )


def compare(
    sync: Function,
    twin: Function,
    module: Module,
    other: Module,
    rules: Rules,
    is_helper: bool = False,
) -> Compared:
    """Compare two functions, of the modules `module` and `other`.

    Helpers are handed the client that their callers made: what both annotate as one is taken for twins.
    """
    comparison = Comparison(Side(sync, module), Side(twin, other), rules)
    if is_helper:
        comparison.take_clients()
    return comparison.compare()


def shown(node: ast.AST | None) -> str:
    """A node's source on one line, cut when it is long; '' for None."""
    if node is None:
        return ""
    text = ast.unparse(node).partition("\n")[0]
    return text if len(text) <= TEXT else text[: TEXT - 3] + "..."


def _key(statement: ast.stmt) -> str:
    """What makes two statements worth comparing: their text without `await` and the names of twins' marks."""
    text = ast.unparse(statement).partition("\n")[0].replace("await ", "").replace("async ", "")
    return text.replace("_sync", "").partition("=")[0]


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr] | None:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement.target, ast.Name) else None


def _clients(node: Function) -> set[str]:
    return {
        a.arg
        for a in parameters(node.args)
        if a.annotation is not None and "Client" in ast.unparse(a.annotation)
    }


def _defaults(node: Function) -> list[str]:
    return [ast.dump(d) for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
