"""Sets of exceptions with a witness for each, and how they get out of calls, tries and functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import networkx
from msgspec import Struct

from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.raise_types import ExceptionTypes, Raisable
from refactorkit.analysis.symbols import Ref
from refactorkit.analysis.type_questions import TypeQuestion

MOST_UNKNOWN = 6
"""How many different unknowns are kept of one piece of code; one is enough to refuse, a few to explain."""
MOST_STEPS = 5
"""How many calls a witness names."""
MOST_ROUNDS = 50


class Key(NamedTuple):
    """A function: path, qualified name, line; without a path, a call into a package. `me` is the class of just which its `self` is an object, where that is known."""

    path: str
    name: str
    line: int
    me: Ref | None = None


class Unknown(Struct, frozen=True):
    """The top of the order: anything may be raised, for a reason; `what` says by which call or value."""

    reason: Reason
    what: str


class Raises(Struct, frozen=True):
    """What may be raised: types and unknowns with a witness each (where, and through which calls). `doubts` are
    operations that raise a TypeError or an AttributeError for a value that may be None there; `assumes` what is assumed: codes
    of the knowledge base, or `installed: requests 2.32.3`; `asks` are the types that are missing and that a type checker could
    be asked for."""

    types: dict[Raisable, tuple[str, ...]] = {}
    unknown: dict[Unknown, tuple[str, ...]] = {}
    doubts: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    asks: tuple[TypeQuestion, ...] = ()


class Jump(Struct, frozen=True):
    """A call of functions of the project, any of them. `runs`: what they give is also iterated over, or entered; without
    that, a generator function doesn't run yet."""

    targets: tuple[Key, ...]
    place: str
    runs: bool = False


class Again(Struct, frozen=True):
    """What a clause caught, raised again."""

    level: int


class Caught(Struct, frozen=True):
    """A clause: the types that it catches, or None if some aren't known; what it does then."""

    types: tuple[Raisable, ...] | None
    body: Tree


class Trial(Struct, frozen=True):
    """A try, a context manager that swallows, or the body of a generator or a coroutine: what is one of `turns` leaves that
    as a RuntimeError (https://peps.python.org/pep-0479/)."""

    body: Tree
    clauses: tuple[Caught, ...]
    after: Tree
    swallows: bool
    turns: tuple[Raisable, ...] = ()


Node = Raises | Jump | Again | Trial
Tree = tuple[Node, ...]
NOTHING = Raises()


def joined(parts: Iterable[Raises]) -> Raises:
    """The union; the first witness of a type stays."""
    types: dict[Raisable, tuple[str, ...]] = {}
    unknown: dict[Unknown, tuple[str, ...]] = {}
    doubts: dict[str, None] = {}
    assumes: dict[str, None] = {}
    asks: dict[TypeQuestion, None] = {}
    for part in parts:
        for kind, witness in part.types.items():
            types.setdefault(kind, witness)
        for top, witness in part.unknown.items():
            if len(unknown) < MOST_UNKNOWN or _outranks(top, unknown):
                unknown.setdefault(top, witness)
        doubts.update(dict.fromkeys(part.doubts))
        assumes.update(dict.fromkeys(part.assumes))
        asks.update(dict.fromkeys(part.asks))
    return Raises(types, unknown, tuple(doubts), tuple(assumes), tuple(asks))


def _outranks(top: Unknown, others: Mapping[Unknown, object]) -> bool:
    """Whether an unknown says more than those there are: each reason is kept once, however many there are."""
    return all(top.reason != other.reason for other in others)


class Sets:
    """What trees of effects let out, for a whole project. `tree` gives a function's own tree, `is_generator` says that
    calling it runs nothing."""

    def __init__(
        self, types: ExceptionTypes, tree: Callable[[Key], Tree], is_generator: Callable[[Key], bool]
    ) -> None:
        self._types = types
        self._tree = tree
        self._is_generator = is_generator
        self._known: dict[Key, Raises] = {}

    def of(self, tree: Tree) -> Raises:
        """What gets out of a tree. Where it holds unknowns of its own, the functions that it calls aren't looked into."""
        own = self._out(tree, {}, ())
        if own.unknown:
            return self._with_unasked(own, tree)
        self._solve(self._jumps(tree))
        return self._out(tree, self._known, ())

    def _with_unasked(self, own: Raises, tree: Tree) -> Raises:
        """The own set of a tree that holds unknowns, with its calls into packages as further ones: nobody asks about these."""
        unasked = {
            key: Raises({}, {Unknown(Reason.PACKAGE_NOT_ASKED, f"{key.name}()"): ()})
            for key in self._jumps(tree)
            if not key.path
        }
        return joined([own, self._out(tree, unasked, ())]) if unasked else own

    def of_function(self, key: Key) -> Raises:
        """What gets out of a function."""
        self._solve([key])
        return self._known[key]

    def reached(self, tree: Tree) -> dict[Key, None]:
        """The functions that a tree runs, and those that they run."""
        found = self._jumps(tree)
        waiting = list(found)
        while waiting:
            new = [key for key in self._jumps(self._tree(waiting.pop())) if key not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return found

    def _solve(self, wanted: Iterable[Key]) -> None:
        """The fixed point over the functions that are called from there on, component by component."""
        graph: networkx.DiGraph[Key] = networkx.DiGraph()
        waiting = [key for key in dict.fromkeys(wanted) if key not in self._known]
        entered: set[Key] = set()  # an edge puts a function into the graph before anybody has looked into it
        while waiting:
            key = waiting.pop()
            if key in entered or key in self._known:
                continue
            entered.add(key)
            graph.add_node(key)
            tree = self._tree(key)
            own = self._out(tree, {}, ())
            if own.unknown:
                self._known[key] = self._with_unasked(own, tree)
                continue
            for target in self._jumps(tree):
                if target not in self._known:
                    graph.add_edge(key, target)
                    waiting.append(target)
        components = networkx.condensation(graph)
        for component in reversed(list(networkx.topological_sort(components))):  # callees come first
            members = components.nodes[component]["members"]
            self._settle(sorted((key for key in members if key not in self._known), key=repr))

    def _settle(self, keys: list[Key]) -> None:
        """The fixed point of functions that call each other: their sets only grow."""
        for key in keys:
            self._known[key] = NOTHING
        for _ in range(MOST_ROUNDS):
            before = [(set(self._known[key].types), set(self._known[key].unknown)) for key in keys]
            for key in keys:
                new = self._out(self._tree(key), self._known, ())
                self._known[key] = joined([self._known[key], new])
            if before == [(set(self._known[key].types), set(self._known[key].unknown)) for key in keys]:
                return

    def _jumps(self, tree: Tree) -> dict[Key, None]:
        """The functions that a tree runs."""
        found: dict[Key, None] = {}
        for node in tree:
            match node:
                case Jump(targets=targets, runs=runs):
                    found.update((t, None) for t in targets if runs or not self._is_generator(t))
                case Trial(body=body, clauses=clauses, after=after):
                    for part in (body, after, *(clause.body for clause in clauses)):
                        found.update(self._jumps(part))
                case _:
                    pass
        return found

    def _out(self, tree: Tree, known: Mapping[Key, Raises], caught: tuple[Raises, ...]) -> Raises:
        parts: list[Raises] = []
        for node in tree:
            match node:
                case Raises():
                    parts.append(node)
                case Jump(targets=targets, place=place):
                    ran = [t for t in targets if t in known and (node.runs or not self._is_generator(t))]
                    parts += [through(known[t], t, place) for t in ran]
                case Again(level=level):
                    parts.append(caught[-1 - level] if level < len(caught) else NOTHING)
                case Trial():
                    parts += self._tried(node, known, caught)
        return joined(parts)

    def _tried(self, node: Trial, known: Mapping[Key, Raises], caught: tuple[Raises, ...]) -> list[Raises]:
        left = self._out(node.body, known, caught)
        parts: list[Raises] = []
        if node.turns:
            turned, left = self.split(left, node.turns)
            parts += [Raises({"RuntimeError": steps}) for steps in [*turned.types.values()][:1]]
        for clause in node.clauses:
            taken, left = self.split(left, clause.types)
            parts.append(self._out(clause.body, known, (*caught, taken)))
        after = self._out(node.after, known, caught)
        return [after] if node.swallows else [left, *parts, after]

    def split(self, raised: Raises, types: tuple[Raisable, ...] | None) -> tuple[Raises, Raises]:
        """What a clause catches of a set, and what goes on. What may be either is in both."""
        if types is None:
            return raised, raised
        taken: dict[Raisable, tuple[str, ...]] = {}
        left: dict[Raisable, tuple[str, ...]] = {}
        for kind, witness in raised.types.items():
            relations = [self._types.is_subclass(kind, other) for other in types]
            if True not in relations:
                left[kind] = witness
            if True in relations or None in relations or any(self._types.is_subclass(o, kind) for o in types):
                taken[kind] = witness
        is_broad = bool({"Exception", "BaseException"} & set(types))
        return (
            Raises(taken, raised.unknown, asks=raised.asks),
            Raises(
                left,
                {} if is_broad else raised.unknown,
                raised.doubts,
                raised.assumes,
                () if is_broad else raised.asks,
            ),
        )


def through(raised: Raises, target: Key, place: str) -> Raises:
    """What a function raises, as seen by a call of it. Doubts are its own affair: its callers see no more of them."""
    step = f"{target.name}() at {place}"

    def longer(witness: tuple[str, ...]) -> tuple[str, ...]:
        return witness if len(witness) > MOST_STEPS else (*witness, step)

    return Raises(
        {kind: longer(witness) for kind, witness in raised.types.items()},
        {top: longer(witness) for top, witness in raised.unknown.items()},
        (),
        raised.assumes,
        raised.asks,
    )
