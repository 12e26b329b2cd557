"""The import cycles of a project: which modules, through which lines, and the cheapest imports to cut.

A cycle is a strongly connected component of the graph of what importing a module runs (see `import_graph`). Taking a name
from a package around the importing module is an edge, passing through that package is none, because it runs already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, structs

from refactorkit.analysis.eager_uses import EagerUses, NameUses, eager_uses
from refactorkit.analysis.feedback_arcs import feedback_arcs
from refactorkit.analysis.import_facts import FileImports, ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_guards import Guard
from refactorkit.model import Source

NEVER = {Guard.TYPE_CHECKING, Guard.MAIN}
"""Guards under which importing the file runs nothing."""


class Remedy(StrEnum):
    """How an import can be kept from closing a cycle, the cheapest first."""

    LEAVE = "leave-deferred"
    """It stands inside a function already: it closes no cycle as long as it stays there."""
    TYPE_CHECKING = "type-checking"
    """Only types use the names: the import can go under `if TYPE_CHECKING:`."""
    DELETE = "delete"
    """Nothing uses the names: the import can go."""
    RETARGET = "retarget"
    """The names are defined in a module outside of the cycle: they can be imported from there."""
    DEFER = "defer"
    """Only functions that run later use the names: the import can go into them."""
    HAND_ON = "hand-on"
    """The module hands the names on to others, who can import them from where they are defined."""
    SIDE_EFFECT = "side-effect"
    """Nothing uses the module: it is imported for what running it does, which whoever relies on that can ask for."""
    MOVE = "move"
    """The names are used while the module is imported: what both sides need has to move to a module of its own."""


WEIGHTS = {
    Remedy.LEAVE: 1,
    Remedy.TYPE_CHECKING: 2,
    Remedy.DELETE: 3,
    Remedy.RETARGET: 4,
    Remedy.DEFER: 8,
    Remedy.HAND_ON: 16,
    Remedy.SIDE_EFFECT: 16,
    Remedy.MOVE: 32,
}
"""What one name costs. Each use of it adds a hundredth, so that of equal remedies the one with fewer uses is chosen."""


class Place(Struct, frozen=True, kw_only=True):
    """One import statement behind an edge: its path, its line (from 1) and the names that lead along the edge.

    The uses are those of these names in the file. `homes` are the modules outside of the cycle that define them.
    `postpones_annotations` says that the file has `from __future__ import annotations`;
    `hoist_imports` says what the codemod does with a deferred one: its action, or the reason why it stays.
    """

    path: str
    line: int
    module: str
    names: tuple[str, ...]
    remedy: Remedy
    deferred: bool = False
    conditional: bool = False
    at_import: int = 0
    in_functions: int = 0
    in_types: int = 0
    homes: tuple[str, ...] = ()
    postpones_annotations: bool = False
    hoist_imports: str | None = None


class Edge(Struct, frozen=True, kw_only=True):
    """Importing `importer` loads `imported` (both dotted); `cost` compares edges, `remedy` is the dearest of its places."""

    importer: str
    imported: str
    places: tuple[Place, ...]
    remedy: Remedy
    cost: int
    deferred: bool


class ImportCycle(Struct, frozen=True, kw_only=True):
    """Modules of which each loads each other. `loop` is the shortest way around, its first module repeated at the end.

    Without the edges `cuts` no cycle is left among the modules; `cheapest` says whether no cheaper set of edges exists.
    """

    modules: tuple[str, ...]
    edges: tuple[Edge, ...]
    loop: tuple[str, ...]
    cuts: tuple[Edge, ...]
    cheapest: bool

    def edge(self, importer: str, imported: str) -> Edge:
        """The edge between two modules. Raises StopIteration when there is none."""
        return next(e for e in self.edges if (e.importer, e.imported) == (importer, imported))


def find_cycles(
    sources: Mapping[str, Source], files: Mapping[str, FileImports], with_deferred: bool = False
) -> tuple[ImportCycle, ...]:
    """The cycles with a module in scope, the largest first. With `with_deferred` imports in functions count, too."""
    import networkx as nx

    project = _Project(sources, files, with_deferred)
    graph: Any = nx.DiGraph()
    for path in sorted(files):
        graph.add_edges_from((path, target) for target in sorted(project.targets(path)))
    found = []
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1 and any(sources[path].in_scope for path in component):
            found.append(_cycle(project, graph.subgraph(component)))
    return tuple(sorted(found, key=lambda c: (-len(c.modules), c.modules)))


def _cycle(project: _Project, graph: Any) -> ImportCycle:
    members = frozenset(graph)
    uses = eager_uses.of([project.sources[path] for path in sorted(members)]).facts
    taken = project.taken_from(members)
    edges = {
        (path, target): project.edge(path, target, members, uses.get(path), taken)
        for path, target in sorted(graph.edges)
    }
    cuts, is_cheapest = feedback_arcs({arc: edge.cost for arc, edge in edges.items()})
    return ImportCycle(
        modules=tuple(sorted(map(project.name, members))),
        edges=tuple(edges.values()),
        loop=tuple(map(project.name, _shortest_loop(graph, edges))),
        cuts=tuple(edge for arc, edge in edges.items() if arc in cuts),
        cheapest=is_cheapest,
    )


def _shortest_loop(graph: Any, edges: Mapping[tuple[str, str], Edge]) -> Sequence[str]:
    """The shortest cycle; of several the one that takes most names, rather than passing through packages."""
    import networkx as nx

    pairs = [arc for arc in edges if arc[0] < arc[1] and (arc[1], arc[0]) in edges]
    if pairs:
        a, b = min(
            pairs, key=lambda arc: (not _takes_names(edges[arc]) or not _takes_names(edges[arc[::-1]]), arc)
        )
        return a, b, a
    best: list[str] = []
    for node in sorted(graph):
        ways = nx.single_source_shortest_path(graph, node, cutoff=len(best) - 3 if best else None)
        loops = [ways[before] for before in sorted(graph.predecessors(node)) if before in ways]
        shortest = min(loops, key=len, default=None)
        if shortest and (not best or len(shortest) + 1 < len(best)):
            best = [*shortest, node]
    return best


def _takes_names(edge: Edge) -> bool:
    return any(place.names for place in edge.places)


class _Project:
    """The import graph with the statements behind each edge."""

    def __init__(
        self, sources: Mapping[str, Source], files: Mapping[str, FileImports], with_deferred: bool
    ) -> None:
        self.sources = sources
        self._files = files
        self._graph = ImportGraph(sources, files)
        self._with_deferred = with_deferred
        names = {path: self._dotted(path) for path in files}
        count = Counter(names.values())
        self._names = {path: name if count[name] == 1 else path for path, name in names.items()}

    def name(self, path: str) -> str:
        """The dotted name of a file, or its path where several files have that name."""
        return self._names[path]

    def _dotted(self, path: str) -> str:
        """The dotted name of a file; below a package, folders without `__init__` are part of it (PEP 420)."""
        name, folder = self._graph.name(path), path.rpartition("/")[0]
        parts = folder.split("/")
        for depth in range(1, len(parts) + 1):
            outer = "/".join([*parts[:depth], "__init__.py"])
            if outer in self._files:
                return ".".join([self._graph.name(outer), *_tail(path, depth)])
        return name

    def _counts(self, statement: ImportStatement) -> bool:
        return not NEVER & set(statement.guards) and (self._with_deferred or not statement.is_deferred)

    def targets(self, path: str) -> set[str]:
        """The files that importing `path` loads through its own statements."""
        return {
            target
            for statement in self._files[path].statements
            if self._counts(statement)
            for target, _ in self._loads(path, statement)
        }

    def _loads(self, path: str, statement: ImportStatement) -> Iterator[tuple[str, bool]]:
        """Each file that the statement loads, and whether it takes something from it."""
        around = self._graph.packages(path)
        for load in self._graph.loads(path, statement):
            target = load.target
            if load.is_inside and target in self._files and target != path:
                if load.is_needed or target not in around:
                    yield target, load.is_needed

    def taken_from(self, members: Collection[str]) -> set[tuple[str, str]]:
        """The names that some statement takes from one of these modules."""
        return {
            (owner, name.name)
            for path, file in self._files.items()
            for statement in file.statements
            if statement.is_from and Guard.TYPE_CHECKING not in statement.guards
            if (owner := self._graph.module_of(path, statement.module)) in members and owner is not None
            for name in statement.names
        }

    def edge(
        self,
        path: str,
        target: str,
        members: Collection[str],
        uses: EagerUses | None,
        taken: Collection[tuple[str, str]],
    ) -> Edge:
        """The edge with its statements, and what it costs to cut it; without `uses` everything may use the names."""
        known = {name.name: name for name in uses.names} if uses else None
        places, cost = [], 0
        for statement in self._files[path].statements:
            if not self._counts(statement):
                continue
            leading = [
                (name, needed)
                for name in statement.names
                for loaded, needed in self._loads(path, structs.replace(statement, names=(name,)))
                if loaded == target
            ]
            if leading:
                place, price = self._place(path, statement, leading, members, known, taken)
                places.append(
                    structs.replace(
                        place, postpones_annotations=uses is not None and uses.postpones_annotations
                    )
                )
                cost += price
        is_deferred = all(place.deferred for place in places)
        return Edge(
            importer=self.name(path),
            imported=self.name(target),
            places=tuple(places),
            remedy=max((p.remedy for p in places), key=WEIGHTS.__getitem__),
            cost=cost,
            deferred=is_deferred,
        )

    def _place(
        self,
        path: str,
        statement: ImportStatement,
        leading: Sequence[tuple[ImportedName, bool]],
        members: Collection[str],
        known: Mapping[str, NameUses] | None,
        taken: Collection[tuple[str, str]],
    ) -> tuple[Place, int]:
        bound = [name.bound for name, _ in leading]
        counted = [
            known.get(b, NameUses(b)) if known is not None else NameUses(b, at_import=1) for b in bound
        ]
        remedies = [
            self._remedy(path, statement, name, uses, members, taken)
            for (name, _), uses in zip(leading, counted, strict=True)
        ]
        cost = sum(
            100 * WEIGHTS[remedy] + min(uses.at_import + uses.in_functions + uses.in_types, 99)
            for (remedy, _), uses in zip(remedies, counted, strict=True)
        )
        place = Place(
            path=path,
            line=statement.line,
            module=statement.module,
            names=tuple(name.name for name, needed in leading if needed or not statement.is_from),
            remedy=max((r for r, _ in remedies), key=WEIGHTS.__getitem__),
            deferred=statement.is_deferred,
            conditional=bool(set(statement.guards) - {Guard.WITH}),
            at_import=sum(u.at_import for u in counted),
            in_functions=sum(u.in_functions for u in counted),
            in_types=sum(u.in_types for u in counted),
            homes=tuple(dict.fromkeys(home for _, home in remedies if home)),
        )
        return place, cost

    def _remedy(
        self,
        path: str,
        statement: ImportStatement,
        name: ImportedName,
        uses: NameUses,
        members: Collection[str],
        taken: Collection[tuple[str, str]],
    ) -> tuple[Remedy, str | None]:
        """The cheapest remedy of one name, and the module that defines it where that is outside of the cycle."""
        if statement.is_deferred:
            return Remedy.LEAVE, None
        file = self._files[path]
        is_handed_on = (path, name.bound) in taken or name.bound in (file.exported or ())
        is_handed_on |= name.alias == name.name
        is_handed_on |= statement.is_from and path.endswith("__init__.py") and not uses.in_types
        home = self._home_outside(path, statement, name, members)
        if name.name == "*" or uses.at_import:
            return (Remedy.RETARGET, home) if home else (Remedy.MOVE, None)
        if home:
            return Remedy.RETARGET, home
        if is_handed_on:
            return Remedy.HAND_ON, None
        if uses.in_functions:
            return Remedy.DEFER, None
        if uses.in_types:
            return Remedy.TYPE_CHECKING, None
        return (Remedy.DELETE if statement.is_from else Remedy.SIDE_EFFECT), None

    def _home_outside(
        self, path: str, statement: ImportStatement, name: ImportedName, members: Collection[str]
    ) -> str | None:
        """The module that defines the name when importing it from there runs nothing of the cycle."""
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        home = self._graph.home(owner, name.name) if owner else None
        if home is None or home in (owner, path):
            return None
        around = self._graph.packages(path)
        runs: Iterable[str] = {home, *(p for p in self._graph.packages(home) if p not in around)}
        return None if set(runs) & set(members) else self.name(home)


def _tail(path: str, depth: int) -> list[str]:
    parts = path.removesuffix(".py").split("/")[depth:]
    return parts[:-1] if parts[-1] == "__init__" else parts
