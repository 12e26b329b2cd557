"""Judging pairs: each body against its twin, then coinductively, since pairs call other pairs.

All pairs and helper twins are assumed to be equal, each is compared under that assumption, and what rests on a pair that
failed fails too, until nothing changes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.class_tree import ClassTree
from refactorkit.analysis.modules import Modules
from refactorkit.analysis.pair_callees import Callees, Place
from refactorkit.analysis.pair_comparison import Compared, Difference, compare
from refactorkit.analysis.pair_expressions import Rules, TwinCall
from refactorkit.analysis.pair_hazards import Hazards
from refactorkit.analysis.pair_reasons import Reason, Relation
from refactorkit.analysis.pair_sides import (
    Side,
    awaited_callees,
    decorated_with,
    own_nodes,
    parameters,
    yields,
)
from refactorkit.analysis.pair_twins import Twins
from refactorkit.analysis.pairs import Half, Pair, scopes, tail
from refactorkit.config import Scope
from refactorkit.model import Level
from refactorkit.syntax import descendants

BINDING = frozenset({"classmethod", "staticmethod", "overload", "override", "final", "abstractmethod"})
"""Decorators of an async half that do nothing when it is called."""

Key = tuple[str, str, int]


class Verdict:
    """What is known about one pair (or a pair of helpers: then `pair` is None) so far.

    `level` is how sure it is that both bodies do the same, None when they don't or nobody knows; then `reason` and
    `message` say why. `rests_on` are the keys of what has to be equal too.
    `obstacle` is what would stand in the way even if the bodies were equal. `is_dependant` says that nothing but what it
    rests on let it fail.
    """

    def __init__(self, sync: Place, twin: Place, pair: Pair | None, compared: Compared) -> None:
        self.sync, self.twin, self.pair, self.compared = sync, twin, pair, compared
        self.relation = Relation.EQUAL
        self.level: Level | None = Level.PROVED
        self.obstacle: tuple[Reason, str] | None = None
        self.reason: Reason | None = None
        self.message = ""
        self.rests_on: list[Key] = []
        self.notes: list[str] = []
        self.is_dependant = False

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the bodies differ."""
        return self.compared.differences

    def fail(self, reason: Reason, message: str) -> None:
        """The bodies can't be shown to be equal; the first reason counts."""
        if self.level is not None:
            self.level, self.reason, self.message = None, reason, message

    def weaken(self, note: str) -> None:
        """The bodies are equal as far as can be read, but only a run can show it."""
        self.notes.append(note)
        if self.level is Level.PROVED:
            self.level = Level.OBSERVED


class Judge:
    """Compares the pairs of a project."""

    def __init__(self, modules: Modules, twins: Twins, bridge: str, flag: str) -> None:
        self.modules = modules
        self.tree = ClassTree(modules)
        self.callees = Callees(modules, self.tree)
        self._twins, self._bridge, self._flag = twins, bridge, flag
        self._rules = Rules(twins, bridge, flag)
        self._places: dict[Key, Place] = {}
        self._read: set[str] = set()
        self._pairs: dict[Key, Pair] = {}
        self._verdicts: dict[Key, Verdict] = {}

    def judge(self, pairs: Iterable[Pair], scope: Scope) -> list[Verdict]:
        """One verdict for each pair, in the same order. What a gate sorted out fails, and with it what rests on it."""
        pairs = list(pairs)
        self._pairs = {pair.key: pair for pair in pairs}
        known = frozenset((pair.sync.short, pair.twin.short) for pair in pairs)
        self._rules = Rules(self._twins, self._bridge, self._flag, known)
        dispatchers = {pair.key for pair in pairs if pair.decorator}
        makers = [*(row.twin for row in self._twins.clients), self._bridge]
        hazards = Hazards(self.modules, self.tree, self.callees, dispatchers, self._flag, makers)
        verdicts = [self._compare(self.place(p.sync), self.place(p.twin), p) for p in pairs]
        for verdict in list(self._verdicts.values()):
            found = hazards.of(verdict.sync, verdict.twin) if verdict.level is not None else None
            if found:
                verdict.fail(*found)
            if site := scope.why_left_out(verdict.sync.path, verdict.sync.name):
                verdict.fail(Reason.NOT_OBSERVED, site.message)
        self._settle()
        return verdicts

    def place(self, half: Half) -> Place:
        """The function that a half describes."""
        module = self.modules.get(half.path)
        if half.path not in self._read and module is not None:
            self._read.add(half.path)
            for prefix, owner, functions in scopes(module.tree):
                cls = Class(half.path, prefix.rstrip("."), owner) if owner is not None else None
                for node in functions:
                    place = Place(half.path, prefix + node.name, node, cls)
                    self._places[place.key] = place
        return self._places[half.path, half.name, half.line]

    def names(self) -> dict[str, str]:
        """For each function that has a twin the one name that stands for both: that of the async one where there is one
        in the project."""
        shown = {v.sync.node.name: v.twin.node.name for v in self._verdicts.values()}
        for verdict in self._verdicts.values():
            for call in verdict.compared.calls:
                one, other = _last(call.sync), _last(call.twin)
                name = shown.setdefault(one, other)
                if other not in (name, one):
                    shown[other] = name
        return shown

    def helpers(self, verdict: Verdict) -> list[Verdict]:
        """The helper twins that a pair or helper calls."""
        found = [self._verdicts[key] for key in verdict.rests_on]
        return [v for v in found if v.pair is None]

    def _compare(self, sync: Place, twin: Place, pair: Pair | None) -> Verdict:
        if sync.key in self._verdicts:
            return self._verdicts[sync.key]
        module = self.modules.get(sync.path)
        other = self.modules.get(twin.path)
        assert module is not None
        assert other is not None
        compared = compare(sync.node, twin.node, module, other, self._rules, pair is None)
        verdict = self._verdicts[sync.key] = Verdict(sync, twin, pair, compared)
        self._relate(verdict)
        self._obstacles(verdict)
        if verdict.relation not in (Relation.DIVERGENT, Relation.BRIDGE):
            for call in compared.calls:
                self._rest(verdict, call)
        return verdict

    def _relate(self, verdict: Verdict) -> None:
        """The relation of the bodies, and with it the level."""
        compared = verdict.compared
        if _is_bridge(verdict.sync, verdict.twin, self._module_side(verdict)):
            verdict.relation = Relation.BRIDGE
            if not self._runs_through_the_bridge(verdict):
                verdict.fail(Reason.ALREADY_A_BRIDGE, "the sync half runs the async one in its own way")
            return
        if verdict.pair is not None and (line := _calls_back(verdict)):
            verdict.relation = Relation.BRIDGE
            verdict.fail(Reason.ALREADY_A_BRIDGE, f"line {line}: the async half calls the sync one")
        elif compared.differences:
            verdict.relation = Relation.DIVERGENT
            first = compared.differences[0]
            at = first.sync_line or first.twin_line
            verdict.fail(
                Reason.DIVERGENT, f"the bodies differ, first at line {at}: {first.sync or first.twin}"
            )
        elif compared.dropped:
            verdict.relation = Relation.DROPS_CLIENT
            verdict.fail(Reason.DROPS_CLIENT, f"only the async half uses {', '.join(compared.dropped)}")
        elif compared.has_client:
            verdict.relation = Relation.CLIENT_CONSTRUCTION
            verdict.weaken("each half makes a client of its own kind")
        elif not compared.awaits and isinstance(verdict.twin.node, ast.AsyncFunctionDef):
            verdict.relation = Relation.TRIVIAL_ASYNC
        elif compared.rules:
            verdict.relation = Relation.EQUAL_AFTER_MAPPING

    def _module_side(self, verdict: Verdict) -> Side:
        module = self.modules.get(verdict.sync.path)
        assert module is not None
        return Side(verdict.sync.node, module)

    def _runs_through_the_bridge(self, verdict: Verdict) -> bool:
        names = {tail(n) for n in own_nodes(verdict.sync.node.body) if isinstance(n, ast.Call)}
        return self._bridge.rpartition(".")[2] in names

    def _obstacles(self, verdict: Verdict) -> None:
        """What makes the halves no twins, whatever their bodies say."""
        verdict.obstacle = _obstacle(verdict)
        if verdict.obstacle is not None:
            verdict.fail(*verdict.obstacle)

    def _rest(self, verdict: Verdict, call: TwinCall) -> None:
        """Note what a twin call makes the pair rest on."""
        text = f"line {call.sync.lineno}: {ast.unparse(call.sync)}"
        if call.added:
            verdict.relation = Relation.DROPS_CLIENT
            verdict.fail(Reason.DROPS_CLIENT, f"{text} gets a client only in the async half")
        callee = self.callees.of(verdict.sync, verdict.twin, call)
        if callee.is_external:
            verdict.weaken(f"{text} and {ast.unparse(call.twin)} belong to a library")
        elif callee.unknown and not self._any_pair(verdict, call, text):
            verdict.fail(Reason.UNRESOLVED_CALL, f"{text}: {callee.unknown}")
        for left, right in callee.targets:
            self._rest_on(verdict, call, left, right, text)

    def _any_pair(self, verdict: Verdict, call: TwinCall, text: str) -> bool:
        """Of an unknown receiver only a run can tell; all pairs of these names have to be equal, and there must be one."""
        if not isinstance(call.sync, ast.Attribute) or not isinstance(call.twin, ast.Attribute):
            return False
        names = call.sync.attr, call.twin.attr
        pairs = [p for p in self._pairs.values() if (p.sync.short, p.twin.short) == names and p.sync.owner]
        for pair in pairs:
            verdict.rests_on.append(pair.key)
        if any(pair.decorator for pair in pairs) and not call.explicit:
            said = f"{text} asks whether a loop runs: pass {self._flag}=True there first"
            verdict.fail(Reason.IMPLICIT_DISPATCH, said)
        elif pairs:
            verdict.weaken(
                f"{text} is taken for one of the pairs of that name, since its receiver isn't known"
            )
        return bool(pairs)

    def _rest_on(self, verdict: Verdict, call: TwinCall, left: Place, right: Place, text: str) -> None:
        pair = self._pairs.get(left.key)
        if pair is not None:
            wanted = self.place(pair.twin).key
            if right.key not in (wanted, left.key) or (right.key == left.key and not pair.decorator):
                verdict.fail(Reason.FAILED_DEPENDENCY, f"{text}: {right.name} isn't the twin of {left.name}")
                return
            if pair.decorator and not call.explicit:
                said = f"{text} asks whether a loop runs: pass {self._flag}=True there first"
                verdict.fail(Reason.IMPLICIT_DISPATCH, said)
            right = self.place(pair.twin)
        elif left.key == right.key:
            verdict.fail(Reason.FAILED_DEPENDENCY, f"{text} is awaited on the async side only")
            return
        elif {tail(d) for d in left.node.decorator_list} != {tail(d) for d in right.node.decorator_list}:
            verdict.fail(
                Reason.FAILED_DEPENDENCY, f"{text}: {left.name} and {right.name} are decorated differently"
            )
            return
        verdict.rests_on.append(left.key)
        self._compare(left, right, pair)

    def _settle(self) -> None:
        """Fail, or weaken, what rests on something that failed or is weaker, until nothing changes."""
        moved = True
        while moved:
            moved = False
            for verdict in self._verdicts.values():
                for key in verdict.rests_on:
                    other = self._verdicts[key]
                    if verdict.level is None or verdict.level is other.level:
                        continue
                    if other.level is None:
                        said = f"it rests on {other.sync.name} and {other.twin.name}: {other.message}"
                        verdict.fail(Reason.FAILED_DEPENDENCY, said)
                        moved = verdict.is_dependant = True
                    elif verdict.level is Level.PROVED:
                        verdict.weaken(f"it rests on {other.sync.name}, which only a run can compare")
                        moved = True

    def free(self, collapsed: AbstractSet[Key]) -> list[Verdict]:
        """What failed only for the sake of pairs that are collapsed: the two halves of those run the same code now.

        That can't be surer than the collapse of a divergent pair, which is a suggestion.
        """
        freed: list[Verdict] = []
        moved = True
        while moved:
            moved = False
            for verdict in self._verdicts.values():
                if not verdict.is_dependant or verdict.level is not None:
                    continue
                if all(key in collapsed or self._verdicts[key].level is not None for key in verdict.rests_on):
                    verdict.level, verdict.reason, verdict.message = Level.SUGGESTED, None, ""
                    freed.append(verdict)
                    moved = True
        return freed


def _last(callee: ast.expr) -> str:
    return callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")


def _obstacle(verdict: Verdict) -> tuple[Reason, str] | None:
    sync, twin = verdict.sync.node, verdict.twin.node
    if isinstance(sync, ast.AsyncFunctionDef) or isinstance(twin, ast.FunctionDef):
        said = f"{verdict.sync.name} and {verdict.twin.name} are no sync and async function"
        return Reason.DIVERGENT, said
    managers = ("contextmanager", "asynccontextmanager")
    if any(yields(n) or decorated_with(n, managers) for n in (sync, twin)):
        return Reason.GENERATOR, "a half yields values, which a bridge can't hand on"
    extra = [ast.unparse(d) for d in twin.decorator_list if tail(d) not in BINDING]
    if extra:
        return Reason.DECORATED_TWIN, f"{verdict.twin.name} is decorated with {', '.join(extra)}"
    said = _signature_difference(verdict)
    return (Reason.SIGNATURE_DIFFERS, said) if said else None


def _is_bridge(sync: Place, twin: Place, side: Side) -> bool:
    """Whether the sync half does nothing but hand its own async half to something."""
    body = side.body()
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr) or body[0].value is None:
        return False
    short = twin.node.name
    return any(_names(node, short, sync) for node in descendants(body[0].value))


def _calls_back(verdict: Verdict) -> int:
    """The line at which the async half uses the sync one: a wrapper would call itself for ever; 0 for none.

    Awaiting a dispatcher is another matter: it gives the async half.
    """
    pair = verdict.pair
    assert pair is not None
    body = verdict.twin.node.body
    awaited = awaited_callees(*body) if pair.decorator else frozenset()
    found = (
        n.lineno
        for s in body
        for n in descendants(s)
        if isinstance(n, ast.Name | ast.Attribute)
        and id(n) not in awaited
        and _names(n, pair.sync.short, verdict.sync)
    )
    return next(found, 0)


def _names(node: ast.AST, short: str, sync: Place) -> bool:
    if isinstance(node, ast.Name):
        return node.id == short and sync.owner is None
    first = next(iter(parameters(sync.node.args)), None)
    own = {sync.owner.name.rpartition(".")[2] if sync.owner else "", first.arg if first else ""}
    return (
        isinstance(node, ast.Attribute)
        and node.attr == short
        and sync.owner is not None
        and isinstance(node.value, ast.Name)
        and node.value.id in own
    )


def _signature_difference(verdict: Verdict) -> str:
    """How the signatures differ: names, kinds, order and defaults of parameters, and how the halves are bound."""
    one, other = verdict.sync.node.args, verdict.twin.node.args
    for field, what in (
        ("posonlyargs", "parameters"),
        ("args", "parameters"),
        ("kwonlyargs", "keyword parameters"),
    ):
        left, right = ([a.arg for a in getattr(s, field)] for s in (one, other))
        if left != right:
            return f"their {what} are {', '.join(left) or 'none'} and {', '.join(right) or 'none'}"
    if [getattr(one.vararg, "arg", None), getattr(one.kwarg, "arg", None)] != [
        getattr(other.vararg, "arg", None),
        getattr(other.kwarg, "arg", None),
    ]:
        return "only one of them takes *args or **kwargs, or they call them differently"
    for left_default, right_default in zip(list(_defaults(one)), list(_defaults(other)), strict=False):
        if left_default != right_default:
            return f"a default is {left_default} on one side and {right_default} on the other"
    if len(list(_defaults(one))) != len(list(_defaults(other))):
        return "they have other defaults"
    kinds = [
        sorted({tail(d) for d in n.decorator_list} & {"classmethod", "staticmethod"})
        for n in (verdict.sync.node, verdict.twin.node)
    ]
    return "only one of them is a class method or a static method" if kinds[0] != kinds[1] else ""


def _defaults(args: ast.arguments) -> Iterator[str]:
    for default in (*args.defaults, *args.kw_defaults):
        yield ast.unparse(default) if default is not None else "none"
