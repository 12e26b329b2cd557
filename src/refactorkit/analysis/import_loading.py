"""What importing a file runs, and what else that runs: the edges of the import graph, which hoisting adds to.

Modules have numbers here, and a set of them is a whole number with their bits: in a project with thousands of files each
leads to hundreds of others, and most questions are whether anything is left of one such set without another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from refactorkit.analysis.reachability import Reachability, bits

ALWAYS_LOADED = frozenset({"abc", "builtins", "codecs", "io", "os", "os.path", "stat", "sys"})
"""Modules that every interpreter loads before the first line of a program (`python -I -c "import sys; sys.modules"`)."""
VIEWS = 32
"""Folders from which what is needed is remembered: files are asked about folder by folder."""


class Load(Struct, frozen=True, array_like=True):
    """One module that an import statement loads. `target` is a file of the project or a dotted name outside of it.

    `is_needed` is False for a package that is only passed through, or that is imported without taking a name from it:
    when it is being imported already, the statement still works.
    """

    target: str
    is_inside: bool
    is_needed: bool = True


Link = tuple[int, bool]
"""A module that a file loads, and whether it is needed as in `Load`."""


class Loading:
    """The files of a project by number, and what each loads when it is imported.

    `packages` gives the `__init__` files that run before a file. `order` holds for each file which files its imports load,
    in their order, and `added` what was added to it. Everything is answered for the graph as it is at that moment.
    """

    def __init__(self, files: Iterable[str], packages: Callable[[str], Sequence[str]]) -> None:
        self._packages = packages
        self.targets: list[str] = []
        self._numbers: dict[str, int] = {}
        self.files = tuple(self.number(path) for path in files)
        self.order: dict[int, dict[int, bool]] = {number: {} for number in self.files}
        self.added: list[tuple[int, tuple[Link, ...]]] = []
        self._possible: dict[int, list[Link]] = {}
        self._links: dict[int, list[Link]] = {}
        around = {n: {self.number(p): None for p in packages(self.targets[n])} for n in self.files}
        self._all = {number: dict(before) for number, before in around.items()}
        self._sure = around
        self.whole = Reachability(lambda number: self._all.get(number, ()))
        self.surely = Reachability(lambda number: self._sure.get(number, ()))
        self._views: dict[tuple[int, ...], _View] = {}

    def number(self, target: str) -> int:
        """The number of a file or of a dotted name outside of the project."""
        found = self._numbers.get(target)
        if found is None:
            found = self._numbers[target] = len(self.targets)
            self.targets.append(target)
        return found

    def numbers(self, targets: Iterable[str]) -> list[int]:
        """The numbers of several, in their order."""
        return [self.number(target) for target in targets]

    def add(self, path: str, loads: Sequence[Load], is_sure: bool = True) -> None:
        """Let importing `path` load these too; `is_sure` says that it can't go on without them."""
        at = self.number(path)
        targets = self.numbers(load.target for load in loads)
        for edges, reach, counts in (
            (self._all[at], self.whole, True),
            (self._sure[at], self.surely, is_sure),
        ):
            new = [target for target in targets if target not in edges] if counts else ()
            if new:
                edges.update(dict.fromkeys(new))
                reach.add(at, new)
        before = self.order[at]
        links = []
        for target, load in zip(targets, loads, strict=True):
            if load.is_inside and target != at and not before.get(target):
                before[target] = load.is_needed
                links.append((target, load.is_needed))
        if links:
            self.added.append((at, tuple(links)))
            self._links.pop(at, None)

    def may_load(self, path: str, loads: Iterable[Load]) -> None:
        """Let importing `path` load these for the search for cycles only: a function that it calls imports them."""
        links = [(self.number(load.target), load.is_needed) for load in loads if load.is_inside]
        at = self.number(path)
        self._possible.setdefault(at, []).extend(links)
        self._links.pop(at, None)
        self._views.clear()

    def loaded(self, numbers: Iterable[int]) -> int:
        """Everything that importing these files loads, as bits."""
        found = 0
        for number in numbers:
            found |= self.whole.of(number)
        return found

    def loaded_surely(self, numbers: Iterable[int]) -> int:
        """Only what is loaded whenever the import succeeds: nothing behind a condition or in a `try`."""
        found = 0
        for number in numbers:
            found |= self.surely.of(number)
        return found

    def names(self, whole: int) -> list[str]:
        """The files and dotted names with these bits."""
        return [self.targets[number] for number in bits(whole)]

    def starts_more(self, path: str, targets: Iterable[str], entries: Iterable[str]) -> int:
        """What users who start these files would load in addition if `path` loaded the targets."""
        new = self.loaded(self.numbers(targets))
        own = 1 << self.number(path)
        found = 0
        for entry in dict.fromkeys((*entries, *self._packages(path)[:1])):
            loaded = self.whole.of(self.number(entry))
            if loaded & own:
                found |= new & ~loaded
        for name in ALWAYS_LOADED & self._numbers.keys():
            found &= ~(1 << self._numbers[name])
        return found

    def links(self, number: int) -> list[Link]:
        """What importing a file runs: packages around it, then what it imports, then what it may."""
        found = self._links.get(number)
        if found is None:
            around = self._packages(self.targets[number])
            found = [(self.number(package), False) for package in around]
            found += self.order.get(number, {}).items()
            found += self._possible.get(number, ())
            self._links[number] = found
        return found

    def cycle(self, path: str, loads: Iterable[Load]) -> tuple[str, ...] | None:
        """The shortest cycle of files that these loads of `path` would close, from `path` to `path`; None without one.

        A package around `path` runs already whenever `path` does, so it counts only where a name is taken from it.
        """
        around = tuple(self.numbers(self._packages(path)))
        view = self._views.get(around)
        if view is None:
            while len(self._views) >= VIEWS:
                del self._views[next(iter(self._views))]
            view = self._views[around] = _View(self, frozenset(around))
        begin = view.counting((self.number(load.target), load.is_needed) for load in loads if load.is_inside)
        way = view.way(begin, self.number(path))
        return tuple(self.targets[number] for number in way) if way else None


class _View:
    """The graph as it is for the files of one folder: the packages around them run already.

    They count only where a name is taken from them.
    """

    def __init__(self, loading: Loading, around: frozenset[int]) -> None:
        self._loading = loading
        self._around = around
        self._seen = len(loading.added)
        self._reach = Reachability(self._following)

    def _following(self, number: int) -> list[int]:
        return self.counting(self._loading.links(number))

    def counting(self, links: Iterable[Link]) -> list[int]:
        """The files of those links that count."""
        return [target for target, is_needed in links if is_needed or target not in self._around]

    def way(self, begin: Sequence[int], goal: int) -> tuple[int, ...] | None:
        """The shortest way from the goal over one of the files that it would load back to it."""
        for at, links in self._loading.added[self._seen :]:
            self._reach.add(at, self.counting(links))
        self._seen = len(self._loading.added)
        wanted = 1 << goal
        before: dict[int, int] = {}
        waiting: deque[int] = deque()
        for target in begin:
            if target not in before and self._reach.of(target) & wanted:
                before[target] = goal
                waiting.append(target)
        while waiting:
            at = waiting.popleft()
            if at == goal:
                return _way_back(goal, before)
            for target in self._following(at):
                if target not in before and self._reach.of(target) & wanted:
                    before[target] = at
                    waiting.append(target)
        return None


def _way_back(goal: int, before: Mapping[int, int]) -> tuple[int, ...]:
    way = [goal]
    at = before[goal]
    while at != goal:
        way.append(at)
        at = before[at]
    return (goal, *reversed(way[1:]), goal)
