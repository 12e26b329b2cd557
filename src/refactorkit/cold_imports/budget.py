"""A budget for start-up: how much more time importing what users start may take, in terms of Python's own figures.

The time of each module, without what it imports itself, comes from `-X importtime`. It is measured once with everything
moved and once with nothing, several times over, of which the shortest counts. From then on a choice of sites costs what
the modules cost that it loads in addition: which those are is found by importing, and no clock decides between choices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from pathlib import Path

import msgspec
from msgspec import Struct

from refactorkit.cold_imports.probing import Probing
from refactorkit.cold_imports.verdict import Answer, Job
from refactorkit.model import Finding

REPEATS = 3
"""How often each entry point is timed: the shortest time of a module is the one that nothing disturbed."""


class Moved(Struct, frozen=True):
    """A moved import: where it stood, and the dotted module that it loads."""

    path: str
    line: int
    module: str

    @classmethod
    def of(cls, finding: Finding) -> Moved:
        """The import that a finding says is moved."""
        return cls(finding.path, finding.line, str(finding.evidence.get("module", "")))


class Prices(Struct, frozen=True):
    """Microseconds of importing, by entry point: each module's own before and after the change."""

    before: dict[Job, dict[str, int]]
    after: dict[Job, dict[str, int]]

    def growth(self, job: Job, now: Answer, then: Answer, added: Iterable[str]) -> float:
        """How much longer importing an entry point takes when it loads what `now` says, as a share of before.

        What a plan puts into modules of its own (`added`) was loaded with others before, and costs nothing more. Where no
        time could be taken (no `-X importtime`, no forks) anything more is too much.
        """
        new = now.loaded - then.loaded - frozenset(added)
        base = sum(self.before.get(job, {}).values())
        if not base:
            return inf if new else 0.0
        after = self.after.get(job, {})
        return sum(after.get(name, 0) for name in new) / base

    def total(self, job: Job) -> float:
        """Seconds that importing an entry point takes before the change."""
        return sum(self.before.get(job, {}).values()) / 1e6

    def of(self, module: str) -> int:
        """What a module and those in it that only the change loads cost the entry point that pays most."""
        return max((_new(self.before.get(j, {}), a, module) for j, a in self.after.items()), default=0)


def _new(before: Mapping[str, int], after: Mapping[str, int], module: str) -> int:
    inside = (name for name in after.keys() - before.keys() if f"{name}.".startswith(f"{module}."))
    return sum(after[name] for name in inside)


def prices(probing: Probing, old: Path, new: Path, jobs: Sequence[Job]) -> Prices:
    """Time the entry points in both trees, in turns."""
    timed = [msgspec.structs.replace(job, is_timed=True) for job in jobs]
    found: tuple[dict[Job, dict[str, int]], dict[Job, dict[str, int]]] = {}, {}
    for _ in range(REPEATS):
        for tree, times in zip((old, new), found, strict=True):
            answers = probing.ask(tree, timed)
            for job, one in zip(jobs, timed, strict=True):
                said = answers[one].times if one in answers else {}
                known = times.setdefault(job, dict(said))
                known.update({name: min(t, known.get(name, t)) for name, t in said.items()})
    return Prices(*found)


def affordable(sites: Sequence[Moved], known: Prices, fits: Callable[[Sequence[Moved]], bool]) -> list[Moved]:
    """As many of the cheapest sites as `fits` lets pass together, which it must do with none."""
    ordered = sorted(sites, key=lambda s: (known.of(s.module), s.path, s.line))
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(ordered[:middle]) else (low, middle - 1)
    return ordered[:low]


__all__ = ["Moved", "Prices", "affordable", "prices"]
