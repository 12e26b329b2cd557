"""Whether two expressions of a pair's bodies are the same once `await` is gone.

Where the async side awaits, the sync side must hold the same call in one of a few known forms: a bridge that runs that
very coroutine, a row of the table of twins, a method of an object that both sides made in twin ways, or a call of
another pair, which then has to be equal too. An awaited call that is in none of these forms is a difference.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from refactorkit.analysis.pair_sides import Side
from refactorkit.analysis.pair_twins import FILE_KEYWORDS, Row, Twins, means, related


class TwinCall(Struct, frozen=True):
    """A sync call and the awaited call in its place, which are the same only if their callees are.

    `explicit` says whether the sync call asks for the sync half (`_sync=True`); `added` whether only the async call
    hands a client on.
    """

    sync: ast.expr
    twin: ast.expr
    explicit: bool
    added: bool


class Rules(Struct, frozen=True):
    """What a comparison goes by: the table, the bridge's qualified name, the dispatcher's keyword, the pairs' names."""

    twins: Twins
    bridge: str = ""
    flag: str = "_sync"
    known: Collection[tuple[str, str]] = ()


class Expressions:
    """Compares expressions. The state is what has been found so far: which local name is which, and what both made."""

    def __init__(self, sync: Side, twin: Side, rules: Rules) -> None:
        self.sync, self.twin, self.table = sync, twin, rules.twins
        self._bridge, self._flag, self._known = rules.bridge, rules.flag, rules.known
        self._forward: dict[str, str] = {}
        self._backward: dict[str, str] = {}
        self._objects: dict[str, str] = {}
        self.calls: list[TwinCall] = []
        self.rules: list[str] = []

    def bind(self, sync: str, twin: str, kind: str) -> None:
        """Two local names stand for an object that both sides made in twin ways: a `client`, a `file`, a `function`."""
        self._forward[sync], self._backward[twin] = twin, sync
        self.remember(sync, kind)

    def remember(self, sync: str, kind: str) -> None:
        """What a local name of the sync side stands for, unless it is bound again somewhere."""
        if self.sync.times(sync) <= 1:
            self._objects[sync] = kind

    def has_client(self) -> bool:
        """Whether the sides made clients of their own kind."""
        return "client" in self.rules

    def same(self, sync: ast.AST, twin: ast.AST) -> bool:
        """Whether two nodes are the same in effect."""
        while self.sync.is_cast(sync):
            sync = sync.args[1]  # type: ignore[attr-defined]
        while self.twin.is_cast(twin):
            twin = twin.args[1]  # type: ignore[attr-defined]
        if isinstance(twin, ast.Await):
            return any(self.attempt(lambda rule=rule: rule(sync, twin.value)) for rule in self._awaited())  # type: ignore[misc]
        if isinstance(sync, ast.Name) and isinstance(twin, ast.Name):
            return self.name(sync.id, twin.id)
        if type(sync) is not type(twin):
            return False
        if isinstance(sync, ast.Constant) and isinstance(twin, ast.Constant):
            return type(sync.value) is type(twin.value) and sync.value == twin.value
        if isinstance(sync, ast.Call) and isinstance(twin, ast.Call) and self.made(sync, twin):
            return True
        return self.same_fields(sync, twin)

    def same_fields(self, sync: ast.AST, twin: ast.AST) -> bool:
        """Whether two nodes of one kind have the same parts."""
        for field in sync._fields:
            if field in ("ctx", "kind", "type_comment", "annotation"):
                continue
            one, other = getattr(sync, field, None), getattr(twin, field, None)
            if isinstance(one, list) and isinstance(other, list):
                if len(one) != len(other) or not all(map(self._value, one, other)):
                    return False
            elif not self._value(one, other):
                return False
        return True

    def _value(self, one: object, other: object) -> bool:
        if isinstance(one, ast.AST) and isinstance(other, ast.AST):
            return self.same(one, other)
        return one == other

    def name(self, sync: str, twin: str) -> bool:
        """Locals may have other names, one to one; other names must mean the same thing."""
        if sync in self.sync.locals and twin in self.twin.locals:
            fixed = sync in self.sync.parameters or twin in self.twin.parameters
            if fixed and sync != twin and self._objects.get(sync) != "client":
                return False
            if sync in self._forward or twin in self._backward:
                return self._forward.get(sync) == twin and self._backward.get(twin) == sync
            self._forward[sync], self._backward[twin] = twin, sync
            return True
        one, other = (side.qualified(ast.Name(n)) for side, n in ((self.sync, sync), (self.twin, twin)))
        return one is not None and one == other

    def _awaited(self) -> tuple[Callable[[ast.AST, ast.expr], bool], ...]:
        return (self._bridged, self._mapped, self._method, self._twin_call)

    def _bridged(self, sync: ast.AST, twin: ast.expr) -> bool:
        """`run(f(x))` in place of `await f(x)`."""
        if not isinstance(sync, ast.Call) or len(sync.args) != 1 or sync.keywords or not self._bridge:
            return False
        if not means(self._bridge.rpartition(".")[2], self.sync.qualified(sync.func)):
            return False
        self.rules.append("bridge")
        return self.same(sync.args[0], twin)

    def _mapped(self, sync: ast.AST, twin: ast.expr) -> bool:
        """A row of the table of calls."""
        if not isinstance(sync, ast.Call) or not isinstance(twin, ast.Call):
            return False
        qualified = self.twin.qualified(twin.func)
        for row in self.table.calls:
            if means(row.twin, qualified) and self._row(row, sync, twin):
                self.rules.append(f"{row.twin}={row.sync}")
                return True
        return False

    def _row(self, row: Row, sync: ast.Call, twin: ast.Call) -> bool:
        own = FILE_KEYWORDS.get(row.twin, ())
        rest = ast.Call(twin.func, list(twin.args), [k for k in twin.keywords if k.arg not in own])
        if not row.sync.startswith("{0}"):
            return self._is_row(row, sync) and self._arguments(sync, rest, row.keywords)
        if not rest.args:
            return False
        callee = rest.args.pop(0)
        for attribute in row.sync.removeprefix("{0}").strip(".").split("."):
            callee = ast.Attribute(callee, attribute, ast.Load()) if attribute else callee
        return self.same(sync.func, callee) and self._arguments(sync, rest, ())

    def _method(self, sync: ast.AST, twin: ast.expr) -> bool:
        """A method of a client or a file that both sides made in twin ways, or a function inside both."""
        if not isinstance(sync, ast.Call) or not isinstance(twin, ast.Call):
            return False
        kind = self.kind(sync.func, twin.func)
        if kind not in ("client", "file", "function"):
            return False
        return self.same(sync.func, twin.func) and self._arguments(sync, twin, ())

    def _twin_call(self, sync: ast.AST, twin: ast.expr) -> bool:
        """A call of another pair, by a convention of names, or of the dispatcher itself."""
        if not isinstance(sync, ast.Call) or not isinstance(twin, ast.Call):
            return False
        one, other = sync.func, twin.func
        if isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute):
            if not self.same(one.value, other.value):
                return False
            names = one.attr, other.attr
        elif isinstance(one, ast.Name) and isinstance(other, ast.Name):
            names = one.id, other.id
        else:
            return False
        if names[0] != names[1] and names not in self._known and not related(*names):
            return False
        flags = [k for k in sync.keywords if k.arg == self._flag]
        explicit = bool(flags) and isinstance(flags[0].value, ast.Constant) and flags[0].value.value is True
        plain = ast.Call(one, sync.args, [k for k in sync.keywords if k.arg != self._flag])
        if flags and not explicit:
            return False
        added = False
        if not self.attempt(lambda: self._arguments(plain, twin, ())):
            bare = self._without_clients(twin)
            if bare is None or not self._arguments(plain, bare, ()):
                return False
            added = True
        self.calls.append(TwinCall(one, other, explicit, added))
        return True

    def _without_clients(self, call: ast.Call) -> ast.Call | None:
        """The call without the client that it hands on; None when it hands none on."""
        args = [a for a in call.args if _root(a) != "client"]
        keywords = [k for k in call.keywords if k.arg != "client"]
        if len(args) + len(keywords) == len(call.args) + len(call.keywords):
            return None
        return ast.Call(call.func, args, keywords)

    def _arguments(self, sync: ast.Call, twin: ast.Call, own: Sequence[tuple[str, str]]) -> bool:
        """Whether two calls have the same arguments; `own` are keywords that only the sync one has."""
        names = {name for name, _ in own}
        keywords = [k for k in sync.keywords if k.arg not in names]
        if len(sync.args) != len(twin.args) or [k.arg for k in keywords] != [k.arg for k in twin.keywords]:
            return False
        values = zip(keywords, twin.keywords, strict=True)
        return all(map(self.same, sync.args, twin.args)) and all(
            self.same(a.value, b.value) for a, b in values
        )

    def made(self, sync: ast.expr, twin: ast.expr) -> str | None:
        """What two expressions make: a `file`, a `client` or another `context`, by the table; None for anything else."""
        if isinstance(sync, ast.Call) and isinstance(twin, ast.Call):
            rows = {"file": self.table.files, "context": self.table.contexts, "client": self.table.clients}
            for kind, table in rows.items():
                for row in table:
                    if means(row.twin, self.twin.qualified(twin.func)) and self._is_row(row, sync):
                        if self.attempt(lambda row=row: self._arguments(sync, twin, row.keywords)):  # type: ignore[misc]
                            self.rules.append(kind if kind == "client" else f"{row.twin}={row.sync}")
                            return kind
        return None

    def _is_row(self, row: Row, sync: ast.Call) -> bool:
        given = {k.arg: ast.unparse(k.value) for k in sync.keywords}
        qualified = self.sync.qualified(sync.func)
        builtin = qualified == f"builtins.{row.sync}"
        return (builtin or means(row.sync, qualified)) and all(given.get(n) == v for n, v in row.keywords)

    def kind(self, sync: ast.expr, twin: ast.expr) -> str | None:
        """What kind of twin object an expression begins with, if both sides begin with the same one."""
        one, other = _root(sync), _root(twin)
        if one is None or other is None or self._forward.get(one) != other:
            return None
        return self._objects.get(one)

    def attempt(self, attempt: Callable[[], bool]) -> bool:
        """Run a comparison and forget what it found when it fails."""
        kept = (
            dict(self._forward),
            dict(self._backward),
            dict(self._objects),
            len(self.calls),
            len(self.rules),
        )
        if attempt():
            return True
        self._forward, self._backward, self._objects = kept[:3]
        del self.calls[kept[3] :]
        del self.rules[kept[4] :]
        return False


def _root(expression: ast.expr) -> str | None:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else None
