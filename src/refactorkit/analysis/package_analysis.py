"""The analysis that judges handlers, on installed packages: anybody may inherit from their classes and set their attributes.

A package is looked at only as far as the functions that are asked for lead. What others may assign to its names is not asked
on the way: `Reached` says what a result rests on, and whoever uses it holds that against the assignments.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator

from msgspec import Struct

from refactorkit.analysis.definitions import Scope
from refactorkit.analysis.expressions import Name
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.package_symbols import PackageSources, PackageSymbols
from refactorkit.analysis.raise_calls import Called, Calls, Constructor, Target
from refactorkit.analysis.raise_effects import Effects
from refactorkit.analysis.raise_facts import Invoke
from refactorkit.analysis.raise_files import NAMESPACE, RaiseFiles
from refactorkit.analysis.raise_sets import (
    Jump,
    Key,
    Node,
    Raises,
    Sets,
    Tree,
    Trial,
    Unknown,
    joined,
    through,
)
from refactorkit.analysis.raise_types import ExceptionTypes
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.subclasses import Known, Subclasses
from refactorkit.analysis.symbols import PLAIN_BASES, Found, ModuleRef, Ref
from refactorkit.analysis.values import (
    ClassObject,
    Instance,
    Module,
    Place,
    Super,
    Value,
    Values,
    union,
    unknown,
)

BROAD = frozenset({"Exception", "BaseException"})
MOST_FUNCTIONS = 3_000
"""How many functions of packages are followed for one callee before it counts as not known."""
WRITING = re.compile(rb"\bsetattr\(\s*self\b|\bself\.__dict__|\bvars\(self\)|__setattr__\(|__setstate__")
"""What may write to attributes that don't stand there by their names."""
REPLACING = b"sys.modules["


class Reached(Struct, frozen=True):
    """What a callee raises, and what that rests on: the functions that it runs, and what these ask for by the last two
    words of its name (`time.sleep`)."""

    raised: Raises
    keys: tuple[Key, ...]
    outside: frozenset[str]


class Dynamic:
    """The files whose names may mean something else than they say, as a container."""

    def __init__(self, sources: PackageSources) -> None:
        self._sources = sources

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str) or path not in self._sources:
            return False
        data = self._sources[path].data
        return REPLACING in data or NAMESPACE.search(data) is not None


class PackageFiles(RaiseFiles):
    """Facts by path, without what is assigned from elsewhere."""

    def __init__(self, symbols: PackageSymbols, sources: PackageSources) -> None:
        super().__init__(symbols)
        self._rebound = (frozenset(), Dynamic(sources))


class Anybody(Subclasses):
    """Subclasses, which nobody can list."""

    def of(self, ref: Ref) -> Known:
        """None that are certain."""
        return Known((), ())


class PackageTypes(Types):
    """Values, of which only what is annotated is certain where others may inherit. `assigned_in` gives the names that the
    distribution of a file, or the project, assigns to as attributes of something that isn't their own."""

    def __init__(
        self,
        symbols: PackageSymbols,
        python: tuple[int, int],
        files: RaiseFiles,
        assigned_in: Callable[[str], Container[str]],
    ) -> None:
        super().__init__(symbols, python, files.may_be_none, lambda name: True)
        self.subclasses = Anybody(symbols)
        self._assigned_in = assigned_in

    def attribute(self, owner: Value, name: str) -> Values:
        """What an attribute is; of a class that isn't known exactly, subclasses may have another one."""
        found = super().attribute(owner, name)
        if isinstance(owner, Instance) and owner.is_exact and self._is_shared(owner, name):
            return union([found, unknown(f"{name} is assigned in several classes")])
        if isinstance(owner, ClassObject) and not owner.is_exact:
            return union([found, unknown(f"a subclass may have another {name}")])
        return found

    def _is_shared(self, owner: Instance, name: str) -> bool:
        """Whether several of an object's classes assign to an attribute, of which none says what it is."""
        assigning = 0
        for base in self.symbols.order(owner.cls):
            facts = self.symbols.cls(base) if isinstance(base, Ref) else None
            assigned = [a.assigned for a in facts.attributes.get(name, ())] if facts else []
            if any(one.annotation is not None for one in assigned):
                return False
            assigning += bool(assigned)
        return assigning > 1

    def _is_open(self, owner: Instance, name: str) -> bool:
        if not super()._is_open(owner, name):
            return False
        return not owner.is_exact or not name.startswith("_") or self._is_written(owner, name)

    def _is_written(self, owner: Instance, name: str) -> bool:
        """Whether something else than the methods of an object's own classes may write to a private attribute of it."""
        for base in self.symbols.order(owner.cls):
            if not isinstance(base, Ref):
                if base is None or base.qualified not in PLAIN_BASES:
                    return True
            elif WRITING.search(self.symbols.sources[base.path].data) or name in self._assigned_in(base.path):
                return True
        return False

    def _me(self, scope: Scope, place: Place) -> Instance | ClassObject | None:
        found = super()._me(scope, place)
        if found is None or place.me is None or found.cls not in self.symbols.order(place.me):
            return found
        return Instance(place.me, True) if isinstance(found, Instance) else ClassObject(place.me, True)


class PackageCalls(Calls):
    """Callees, of which every method that isn't final may be overridden. `outside` are the functions of the standard library
    that a function asks for, by the last two words of their names."""

    def __init__(self, types: Types, files: RaiseFiles) -> None:
        super().__init__(types, files, False)
        self.outside: dict[Key, set[str]] = {}
        self.asked = set[str]()

    def is_closed(self, cls: Ref) -> bool:
        """Whether nobody can inherit from a class."""
        return "<locals>" in cls.name or self.is_final(cls)

    def _has_heirs(self, cls: Ref) -> bool:
        return not self.is_closed(cls)

    def method(self, owner: Instance | ClassObject | Super, name: str) -> Iterator[Called]:
        """The methods that a call runs; they know of what class just that object is, where this is known here."""
        me = owner.of if isinstance(owner, Super) else owner
        for found in super().method(owner, name):
            if isinstance(found, Target) and me.is_exact:
                yield Target(found.key._replace(me=me.cls), found.function)
            else:
                yield found

    def _is_replaced(self, qualified: str) -> bool:
        self.asked.add(".".join(qualified.split(".")[-2:]))
        return super()._is_replaced(qualified)


class PackageEffects(Effects):
    """Trees, which know what they ask of the standard library."""

    def of_function(self, key: Key) -> Tree:
        """The tree of a function of a package."""
        if key not in self._trees and isinstance(self.calls, PackageCalls):
            self.calls.asked = self.calls.outside.setdefault(key, set())
        return super().of_function(key)


class PackageAnalysis:
    """Follows functions of the packages of one environment."""

    def __init__(
        self, sources: PackageSources, python: tuple[int, int], assigned_in: Callable[[str], Container[str]]
    ) -> None:
        self.sources = sources
        self.symbols = PackageSymbols(sources)
        self.files = PackageFiles(self.symbols, sources)
        self.kinds = ExceptionTypes(self.symbols, python)
        self.types = PackageTypes(self.symbols, python, self.files, assigned_in)
        self.calls = PackageCalls(self.types, self.files)
        self.effects = PackageEffects(self.types, self.files, self.kinds, False, calls=self.calls)
        self.sets = Sets(self.kinds, self.effects.of_function, self.calls.is_generator)

    def callee(self, qualified: str, is_exact: bool | None) -> list[Called]:
        """What a dotted name is when it is called; the last part is a method of an object where `is_exact` isn't None,
        which says whether the object is of the class itself."""
        owner, _, name = qualified.rpartition(".")
        value = self._owner(self.symbols.resolve_name(owner), is_exact)
        if value is None:
            return [Unknown(Reason.UNRESOLVED_CALL, qualified)]
        path = value.path if isinstance(value, Module) else value.cls.path
        return list(self.calls.member(value, name, Name(name), Place(path)))

    @staticmethod
    def _owner(found: Found | None, is_exact: bool | None) -> Module | ClassObject | Instance | None:
        match found:
            case ModuleRef(path=path) if not path.endswith("/") and is_exact is None:
                return Module(path)
            case Ref():
                return ClassObject(found, True) if is_exact is None else Instance(found, is_exact)
            case _:
                return None

    def raised(self, qualified: str, is_exact: bool | None, is_awaited: bool) -> Reached:
        """What calling a dotted name raises, for arguments of the types that its parameters are annotated with."""
        self.calls.asked = first = set[str]()
        targets = self.callee(qualified, is_exact)
        tree = tuple(node for t in targets for node in self._called(t, qualified, is_awaited))
        keys, unknown_there = self._nearest(tree)
        if unknown_there is not None:
            return Reached(unknown_there, tuple(keys), frozenset(first))
        raised = joined(
            [self.sets.of((node,)) if not isinstance(node, Jump) else self._ran(node) for node in tree]
        )
        reached = tuple(self.sets.reached(tree))
        asked = first.union(*(self.calls.outside.get(key, ()) for key in reached))
        return Reached(raised, reached, frozenset(asked))

    def file(self, qualified: str) -> str:
        """The file of the innermost module that a name starts with; '' where there is none."""
        parts = qualified.split(".")
        files = (self.sources.module(".".join(parts[:count])) for count in range(len(parts), 0, -1))
        return next((file for file in files if file), "")

    def _called(self, target: Called, qualified: str, is_awaited: bool) -> Iterator[Node]:
        """What calling a target by a dotted name does, as if it were called where it is defined."""
        path, line = self.file(qualified), 0
        if isinstance(target, Constructor) and (facts := self.symbols.cls(target.cls)):
            path, line = target.cls.path, facts.line
        call = Invoke(Name(qualified), (), (), True, True, is_awaited, line)
        yield from self.effects.called(target, call, Place(path))

    def _ran(self, jump: Jump) -> Raises:
        """What the functions raise that a call runs, without the step that says where this call stands."""
        return joined(
            self.sets.of_function(t) for t in jump.targets if jump.runs or not self.calls.is_generator(t)
        )

    def _nearest(self, tree: Tree) -> tuple[list[Key], Raises | None]:
        """The nearest unknown that nothing on the way would catch, with the functions that were looked at."""
        waiting: deque[tuple[Tree, tuple[tuple[Key, str], ...]]] = deque([(tree, ())])
        seen: dict[Key, None] = {}
        while waiting:
            body, way = waiting.popleft()
            for node in exposed(body):
                if isinstance(node, Raises):
                    if node.unknown:
                        return list(seen), _along(Raises(node.types, dict([*node.unknown.items()][:1])), way)
                    continue
                for key in node.targets:
                    if key in seen or not (node.runs or not self.calls.is_generator(key)):
                        continue
                    seen[key] = None
                    if len(seen) > MOST_FUNCTIONS:
                        top = Unknown(Reason.UNRESOLVED_CALL, f"one of more than {MOST_FUNCTIONS} functions")
                        return list(seen), Raises({}, {top: (top.what,)})
                    step = (key, node.place)
                    waiting.append((self.effects.of_function(key), (*way, step)))
        return list(seen), None


def exposed(tree: Tree) -> Iterator[Raises | Jump]:
    """The nodes of a tree of which an unknown exception gets out, whatever it is."""
    for node in tree:
        match node:
            case Raises() | Jump():
                yield node
            case Trial(body=body, clauses=clauses, after=after, swallows=swallows):
                is_shielded = swallows or any(BROAD & set(c.types or ()) for c in clauses)
                parts: Iterable[Tree] = [after] if swallows else [*(c.body for c in clauses), after]
                for part in parts if is_shielded else [body, *parts]:
                    yield from exposed(part)
            case _:
                pass


def _along(raised: Raises, way: tuple[tuple[Key, str], ...]) -> Raises:
    """What a function raises, as seen by a call of the first function on the way to it."""
    for key, place in reversed(way[1:]):
        raised = through(raised, key, place)
    return raised
