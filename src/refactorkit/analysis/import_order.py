"""Import cycles that stand today: in which of its modules each is entered.

A cycle of modules that take names from each other works from some of its modules only: Python runs the first one that is
asked for, and what the others take from it must be there by then. So an import must not start a cycle from another
module than those start it from that reach it today. Which one that is follows from the order of the statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from refactorkit.analysis.import_graph import ImportGraph, Load


class ImportOrder:
    """The cycles of a graph as it is now, and from where its files enter them."""

    def __init__(self, graph: ImportGraph) -> None:
        self._graph = graph
        self._loading = graph.loading
        number = self._loading.number
        self._groups = [_Group(sum(1 << number(path) for path in paths)) for paths in _cycles(graph)]
        self._seen = len(self._loading.added)

    def enters_differently(self, path: str, targets: Sequence[str]) -> tuple[str, ...] | None:
        """A cycle that these targets would start from another module than `path`, or a file that imports it, does today.

        It is a list of files from one of its modules back to it; None when there is none.
        """
        loading = self._loading
        starts = tuple(loading.numbers(targets))
        at, packages = loading.number(path), tuple(loading.numbers(self._graph.packages(path)))
        touched = loading.loaded(starts)
        around = loading.loaded(packages)
        before = 0 if around >> at & 1 else around  # these run before it anyway
        self._notice_additions()
        for group in self._groups:
            if not group.members & touched or group.members & before or group.members >> at & 1:
                continue
            fresh = self._entry(starts, group)
            now = self._entry((*packages, at), group)
            if fresh is None or now == fresh:
                continue
            if now is not None or self._is_entered_elsewhere(at, group, fresh):
                return self._shown(fresh)
        return None

    def _is_entered_elsewhere(self, at: int, group: _Group, fresh: int) -> bool:
        """Whether a file that imports this one enters a cycle that it doesn't reach itself yet by another module."""
        reach, own = self._loading.whole, 1 << at
        if group.reaching is None:
            group.reaching = [
                n for n in self._loading.files if reach.of(n) & group.members and not group.members >> n & 1
            ]
        for other in group.reaching:
            if reach.of(other) & own:
                around = self._graph.packages(self._loading.targets[other])
                entry = self._entry((*self._loading.numbers(around), other), group)
                if entry is not None and entry != fresh:
                    return True
        return False

    def _notice_additions(self) -> None:
        """Forget what may have changed for a cycle since an import was added that leads to it."""
        for _, links in self._loading.added[self._seen :]:
            led_to = self._loading.loaded(target for target, _ in links)
            for group in self._groups:
                if group.members & led_to:
                    group.forget()
        self._seen = len(self._loading.added)

    def _entry(self, starts: Iterable[int], group: _Group) -> int | None:
        """The first module of a cycle that begins to run when these files are imported in this order.

        What ran for one start without reaching the cycle doesn't lead to it, so that the next start is as good as alone.
        """
        for start in starts:
            if start not in group.entries:
                group.entries[start] = self._run(start, group)
            entry = group.entries[start]
            if entry is not None:
                return entry
        return None

    def _run(self, start: int, group: _Group) -> int | None:
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if group.members >> at & 1:
                return at
            waiting += self._leading_to(group, at)
        return None

    def _leading_to(self, group: _Group, number: int) -> list[int]:
        """Those files that lead to the cycle among what a file imports, the last one first."""
        found = group.following.get(number)
        if found is None:
            loads, reach = self._loading.order.get(number, ()), self._loading.whole
            found = group.following[number] = [n for n in loads if reach.of(n) & group.members][::-1]
        return found

    def _shown(self, number: int) -> tuple[str, ...]:
        """The shortest cycle through a file that is in one."""
        path = self._loading.targets[number]
        loads = (
            Load(self._loading.targets[n], True, needed) for n, needed in self._loading.order[number].items()
        )
        return self._graph.cycle(path, loads) or (path, path)


class _Group:
    """A cycle: its files as bits, where others enter it, which of what they import leads to it, and who these others are."""

    def __init__(self, members: int) -> None:
        self.members = members
        self.forget()

    def forget(self) -> None:
        """Nothing is known any more but its members."""
        self.entries: dict[int, int | None] = {}
        self.following: dict[int, list[int]] = {}
        self.reaching: list[int] | None = None


def _needed(graph: ImportGraph, path: str) -> Iterator[str]:
    around = graph.packages(path)
    loading = graph.loading
    for number, is_needed in loading.order[loading.number(path)].items():
        target = loading.targets[number]
        if number in loading.order and (is_needed or target not in around):
            yield target


def _cycles(graph: ImportGraph) -> Iterator[frozenset[str]]:
    """The strongly connected components of several files (Tarjan's algorithm, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in graph.files():
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
