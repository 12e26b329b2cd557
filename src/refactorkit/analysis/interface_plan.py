"""Which symbols move to interface modules, so that imports in a cycle can stand at the top: decided by the graph.

A statement is looked at on its own first: its names, what they need in their home, what that imports. Those whose symbols
overlap share one interface module, as long as that stays a leaf for all of them and within its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from refactorkit.analysis.import_facts import ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph, Load, is_package
from refactorkit.analysis.import_hazards import Hazards
from refactorkit.analysis.import_verdicts import Reason, Verdict
from refactorkit.analysis.interface_verdicts import Closure, ExtractionReason, Refusal
from refactorkit.analysis.module_symbols import Imported
from refactorkit.analysis.project_text import Needing, ProjectText
from refactorkit.analysis.symbol_closure import HomeModule
from refactorkit.config import ConfigError

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Limits(Struct, frozen=True):
    """How much may move: `lines` in all, `share` in percent of the home's lines; `allow_startup` as in hoist-imports.

    `name` is the stem of an interface module, with `{module}` and `{symbol}` in it.
    """

    lines: int
    share: int
    name: str
    allow_startup: bool = False
    entries: tuple[str, ...] = ()
    """The files that users start: what they load must not grow."""


def checked_name(template: str) -> str:
    """The template of a module's name. Raises ConfigError for one that can't make a name."""
    try:
        name = template.format(module="home", symbol="name")
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(f"interface-name {template!r} can only hold {{module}} and {{symbol}}") from error
    if not name.isidentifier():
        raise ConfigError(f"interface-name {template!r} makes {name!r}, which is no module's name")
    return template


class Interface(Struct, frozen=True):
    """A new module at `path` that gets the closure's symbols, for the imports `wanted`: (path, line) of each."""

    path: str
    closure: Closure
    wanted: tuple[tuple[str, int], ...]


class InterfacePlan(Struct, frozen=True):
    """The new modules, and why each other import that is in a cycle stays: by (path, line)."""

    interfaces: tuple[Interface, ...]
    refused: dict[tuple[str, int], Refusal]


class _Wish(Struct, frozen=True):
    """A deferred import in a cycle whose names have one home."""

    verdict: Verdict
    home: str
    names: tuple[str, ...]

    @property
    def place(self) -> tuple[str, int]:
        return self.verdict.path, self.verdict.statement.line


class InterfacePlanner:
    """Decides which of the imports that were left in a cycle get an interface module."""

    def __init__(self, text: ProjectText, graph: ImportGraph, hazards: Hazards, limits: Limits) -> None:
        self._text = text
        self._sources = text.files
        self._graph = graph
        self._hazards = hazards
        self._limits = limits
        self._homes: dict[str, HomeModule | None] = {}
        self._binding: dict[str, dict[str, list[Needing]]] = {}
        self._needs: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def plan(self, verdicts: Iterable[Verdict], barred: Mapping[tuple[str, int], Refusal]) -> InterfacePlan:
        """The interface modules for these verdicts; what is `barred` was tried before, and stays with that reason."""
        refused = dict(barred)
        groups: list[tuple[Closure, list[_Wish]]] = []
        for wish in self._wishes(verdicts):
            if wish.place in refused:
                continue
            closure = self._closure(wish.home, wish.names, [wish])
            if isinstance(closure, Closure):
                closure = self._join(groups, closure, wish)
            if isinstance(closure, Refusal):
                refused[wish.place] = closure
        return InterfacePlan(tuple(self._named(groups)), refused)

    def _wishes(self, verdicts: Iterable[Verdict]) -> Iterator[_Wish]:
        """The imports of names of one module; a module itself and its submodules can't be moved."""
        for verdict in verdicts:
            statement = verdict.statement
            if verdict.reason is not Reason.IMPORT_CYCLE or not statement.is_from:
                continue
            owner = self._graph.module_of(verdict.path, statement.module)
            homes = {self._graph.home(owner, n.name) for n in statement.names} if owner else {None}
            home = homes.pop() if len(homes) == 1 else None
            source = self._sources.get(home) if home else None
            if home is None or home == verdict.path or source is None or not source.in_scope:
                continue
            yield _Wish(verdict, home, tuple(n.name for n in statement.names))

    def _join(
        self, groups: list[tuple[Closure, list[_Wish]]], closure: Closure, wish: _Wish
    ) -> Closure | Refusal:
        """Put a closure to the groups, together with those that it overlaps; a refusal when that can't be."""
        meeting = [g for g in groups if g[0].home == closure.home and set(g[0].moved) & set(closure.moved)]
        wishes = [wish, *(w for _, others in meeting for w in others)]
        seeds = {seed for c, _ in meeting for seed in c.seeds} | set(closure.seeds)
        whole = self._closure(closure.home, seeds, wishes) if meeting else closure
        if isinstance(whole, Refusal):
            return whole
        for group in meeting:
            groups.remove(group)
        groups.append((whole, wishes))
        return whole

    def _closure(self, home: str, seeds: Iterable[str], wishes: Sequence[_Wish]) -> Closure | Refusal:
        """The closure of the names, if it can move so that these imports come to the top."""
        module = self._home(home)
        if module is None:
            return Refusal(ExtractionReason.FIXED_MODULE, "it can't be parsed")
        closure = module.closure(seeds)
        if isinstance(closure, Refusal):
            return closure
        return (
            self._too_large(module, closure)
            or self._patched(closure)
            or self._no_leaf(closure, wishes)
            or closure
        )

    def _home(self, path: str) -> HomeModule | None:
        if path not in self._homes:
            symbols = self._text.symbols(path)
            self._homes[path] = HomeModule(path, symbols) if symbols else None
        return self._homes[path]

    def _needing(self, path: str, name: str) -> Sequence[Needing]:
        """The statements of a module that bind a name."""
        if path not in self._binding:
            by_name = self._binding[path] = {}
            for statement in self._text.needs(path):
                for bound in dict.fromkeys(statement.binds):
                    by_name.setdefault(bound, []).append(statement)
        return self._binding[path].get(name, ())

    def _too_large(self, module: HomeModule, closure: Closure) -> Refusal | None:
        lines = sum(s.end_line - s.line + 1 for s in map(module.statement, closure.moved))
        evidence = {"lines": lines, "symbols": list(closure.names)}
        if lines > self._limits.lines:
            said = f"{lines} lines would have to move, more than {self._limits.lines}"
            return Refusal(ExtractionReason.TOO_LARGE, said, evidence)
        share = self._limits.share
        if share <= 0 or self._text.has_fewer_lines(module.path, -(-lines * 100 // share)):
            said = f"{lines} of the {self._text.lines(module.path)} lines of its module would have to move"
            return Refusal(ExtractionReason.TOO_LARGE, said, evidence)
        return None

    def _patched(self, closure: Closure) -> Refusal | None:
        """Whether tests or other code give new values to a name that the moved code is, or looks up."""
        for name in (*closure.names, *closure.runtime):
            if self._hazards.is_patched([closure.home], name):
                return Refusal(
                    ExtractionReason.SYMBOL_PATCHED, f"a test replaces {name} where it is defined today"
                )
            if self._hazards.is_rebound(closure.home, name):
                return Refusal(
                    ExtractionReason.SYMBOL_REBOUND, f"{name} gets new values while the program runs"
                )
        for name in closure.typing:
            if self._hazards.is_patched([closure.home], name) or self._hazards.is_rebound(closure.home, name):
                said = f"{name} is imported for type checkers, and other code puts it into the module"
                return Refusal(ExtractionReason.FORWARD_REFERENCE, said)
        return None

    def _no_leaf(self, closure: Closure, wishes: Sequence[_Wish]) -> Refusal | None:
        """Whether the new module would load one of both sides, or something that an importer does not load today."""
        home = closure.home
        needed = self._loads(home, closure.runtime)
        cycle = self._graph.cycle(home, needed)
        if cycle:
            return self._cyclic(closure, cycle, None)
        around = (*self._graph.packages(home), *((home,) if is_package(home) else ()))
        for wish in wishes:
            path = wish.verdict.path
            loads = [*(Load(package, True, False) for package in around), *needed]
            cycle = self._graph.cycle(path, loads)
            if cycle:
                return self._cyclic(closure, cycle, wish)
            loading = self._graph.loading
            more = loading.starts_more(path, (load.target for load in loads), self._limits.entries)
            new = loading.names(more)
            if new and not self._limits.allow_startup:
                shown = sorted(self._graph.name(p) if p in self._graph.files() else p for p in new)
                said = f"what would move needs {shown[0]}, which is not loaded at the start today"
                return Refusal(Reason.STARTUP_COST, said, {"loads": shown})
        return None

    def _cyclic(self, closure: Closure, cycle: Sequence[str], wish: _Wish | None) -> Refusal:
        chain = self._symbol_cycle(closure, wish) if wish is not None else None
        if chain:
            said = f"they need each other: {' -> '.join(chain)}"
            return Refusal(ExtractionReason.SYMBOL_CYCLE, said, {"symbols": list(chain)})
        names = [self._graph.name(p) for p in cycle]
        said = f"what would move is in a cycle of its own: {' -> '.join(names)}"
        return Refusal(ExtractionReason.NOT_A_LEAF, said, {"symbols": list(closure.names), "imports": names})

    def _loads(self, path: str, names: Iterable[str]) -> list[Load]:
        """What the imports of these names of a module load."""
        found: list[Load] = []
        for imported in _imports_of(self._text.needs(path), set(names)):
            name = ImportedName(imported.name, imported.alias, imported.bound)
            found += self._graph.loads(path, ImportStatement(0, 0, 0, imported.module, (name,)))
        return found

    def _symbol_cycle(self, closure: Closure, wish: _Wish) -> tuple[str, ...] | None:
        """The shortest way over definitions from the imported names back to what imports them, that one at both ends."""
        path = wish.verdict.path
        goal = path, wish.verdict.statement.scope.partition(".")[0]
        before: dict[tuple[str, str], tuple[str, str]] = {(closure.home, seed): goal for seed in wish.names}
        waiting = list(before)
        for at in waiting:
            if at == goal:
                return self._way_back(goal, before)
            if at not in self._needs:
                self._needs[at] = tuple(self._needed_by(*at))
            for other in self._needs[at]:
                if other not in before:
                    before[other] = at
                    waiting.append(other)
        return None

    def _way_back(
        self, goal: tuple[str, str], before: Mapping[tuple[str, str], tuple[str, str]]
    ) -> tuple[str, ...]:
        way = [goal]
        at = before[goal]
        while at != goal:
            way.append(at)
            at = before[at]
        return tuple(f"{self._graph.name(path)}:{name}" for path, name in (goal, *reversed(way)))

    def _needed_by(self, path: str, name: str) -> Iterator[tuple[str, str]]:
        """The definitions, here and in other modules, that a name of a module needs."""
        for statement in self._needing(path, name):
            for imported in statement.imports:
                if imported.bound == name and imported.module:
                    owner = self._graph.module_of(path, imported.module)
                    home = self._graph.home(owner, imported.name) if owner else None
                    if home:
                        yield home, imported.name
            yield from ((path, need) for need in statement.needs if not statement.imports)

    def _named(self, groups: Sequence[tuple[Closure, Sequence[_Wish]]]) -> Iterator[Interface]:
        taken = set(self._sources)
        for closure, wishes in sorted(groups, key=lambda g: (g[0].home, g[0].moved)):
            path = self._free_path(closure, taken)
            taken.add(path)
            yield Interface(path, closure, tuple(sorted(w.place for w in wishes)))

    def _free_path(self, closure: Closure, taken: set[str]) -> str:
        folder, _, file = closure.home.rpartition("/")
        stem = folder.rpartition("/")[2] if is_package(closure.home) else file.rpartition(".")[0]
        main = next(
            (n for n in closure.names if n in closure.seeds and not n.startswith("_")), closure.names[0]
        )
        symbol = CAMEL.sub("_", main).lower().strip("_")
        name = self._limits.name.format(module=stem.strip("_"), symbol=symbol)
        for number in range(1, len(taken) + 2):
            stem = f"{folder}/{name}" if folder else name
            stem += str(number) if number > 1 else ""
            if f"{stem}.py" not in taken and f"{stem}/__init__.py" not in taken:
                break
        return f"{stem}.py"


def _imports_of(statements: Iterable[Needing], names: set[str]) -> Iterator[Imported]:
    """What the module's imports at run time bind to these names."""
    for statement in statements:
        if statement.kind == "import":
            yield from (imported for imported in statement.imports if imported.bound in names)
