"""Import cycles that stand today: in which of its modules each is entered.

A cycle of modules that take names from each other works from some of its modules only: Python runs the first one that is
asked for, and what the others take from it must be there by then. So an import must not start a cycle from another
module than those start it from that reach it today. Which one that is follows from the order of the statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refactorkit.analysis.import_graph import ImportGraph


class ImportOrder:
    """The cycles of a graph as it is now, and from where its files enter them."""

    def __init__(self, graph: ImportGraph) -> None:
        self._graph = graph
        self._groups = tuple(_cycles(graph))
        self._cycle_of = {path: group for group in self._groups for path in group}
        self._known: dict[tuple[str, ...], dict[frozenset[str], str]] = {}
        self._growth = graph.growth

    def enters_differently(self, path: str, targets: Sequence[str]) -> tuple[str, ...] | None:
        """A cycle that these targets would start from another module than `path`, or a file that imports it, does today.

        It is a list of files from one of its modules back to it; None when there is none.
        """
        touched = self._touched(targets)
        packages = self._graph.packages(path)
        if path not in self._graph.loaded_by(packages):
            touched -= self._touched(packages)  # these run before it anyway
        if not touched:
            return None
        fresh = self._entered(tuple(targets))
        now = self._entered((*packages, path))
        for group in touched:
            if path in group or group not in fresh or now.get(group) == fresh[group]:
                continue
            if group in now or any(e != fresh[group] for e in self._from_importers(path, group)):
                return self._shown(fresh[group])
        return None

    def _touched(self, paths: Sequence[str]) -> set[frozenset[str]]:
        """The cycles that importing these files runs into."""
        loaded = self._graph.loaded_by(paths)
        return {group for group in self._groups if not group.isdisjoint(loaded)}

    def _from_importers(self, path: str, group: frozenset[str]) -> Iterator[str]:
        """Where the files that import `path` enter a cycle that it doesn't reach itself yet."""
        for other in self._graph.files():
            if path in (loaded := self._graph.loaded_with(other)) and not group.isdisjoint(loaded):
                entries = self._entered((*self._graph.packages(other), other))
                if group in entries and other not in group:
                    yield entries[group]

    def _entered(self, starts: tuple[str, ...]) -> dict[frozenset[str], str]:
        """The first module of each cycle that begins to run when these files are imported in this order."""
        if self._growth != self._graph.growth:
            self._growth = self._graph.growth
            self._known.clear()
        if starts not in self._known:
            self._known[starts] = self._run(starts)
        return self._known[starts]

    def _run(self, starts: tuple[str, ...]) -> dict[frozenset[str], str]:
        found: dict[frozenset[str], str] = {}
        seen: set[str] = set()
        waiting = [*reversed(starts)]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at in self._cycle_of:
                found.setdefault(self._cycle_of[at], at)
                if len(found) == len(self._groups):
                    break  # what runs later begins none
            waiting.extend(reversed([p for p in self._graph.edges.get(at, ()) if p not in seen]))
        return found

    def _shown(self, path: str) -> tuple[str, ...]:
        """The shortest cycle through a file that is in one."""
        cycle = self._graph.cycle(path, tuple(self._graph.edges[path].values()))
        return cycle or (path, path)


def _needed(graph: ImportGraph, path: str) -> Iterator[str]:
    around = graph.packages(path)
    for load in graph.edges[path].values():
        if load.is_inside and (load.is_needed or load.target not in around) and load.target in graph.edges:
            yield load.target


def _cycles(graph: ImportGraph) -> Iterator[frozenset[str]]:
    """The strongly connected components of several files (Tarjan's algorithm, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in graph.edges:
        if start in number:
            continue
        walk = [(start, _needed(graph, start))]
        number[start] = low[start] = len(number)
        stack.append(start)
        while walk:
            at, following = walk[-1]
            for path in following:
                if path not in number:
                    number[path] = low[path] = len(number)
                    stack.append(path)
                    walk.append((path, _needed(graph, path)))
                    break
                if path in low:
                    low[at] = min(low[at], number[path])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[at])
                if low[at] == number[at]:
                    group = stack[stack.index(at) :]
                    del stack[stack.index(at) :]
                    for path in group:
                        del low[path]
                    if len(group) > 1:
                        yield frozenset(group)
