"""Each file is worked on once: for all codemods of a call together, and never for an outcome that is known."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from refactorkit.cache import Cache
from refactorkit.codemod import Codemod
from refactorkit.config import Config, Scope
from refactorkit.discover import Discovered
from refactorkit.model import Outcome, Source
from refactorkit.recall import Kept
from refactorkit.transform import State, Task, work_through, workers

Progress = Callable[[str, int], Callable[[], None]]
"""Called at the start of a stage with its name and how many files it has; returns what to call after each file."""


class Done(msgspec.Struct, frozen=True):
    """What was done for one codemod before its plan: outcomes by source, how many were new, and the seconds it took."""

    outcomes: dict[Source, Outcome] = {}
    parsed: int = 0
    seconds: float = 0.0


def transform_together(
    codemods: Sequence[Codemod],
    found: Discovered,
    config: Config,
    cache: Cache,
    progress: Progress | None = None,
) -> list[Done]:
    """For each codemod that works file by file the outcomes before any gate, with each file parsed once for all."""
    start = time.perf_counter()
    kept = [Kept(cache, codemod, config.scope) for codemod in codemods]
    admitted = [
        [s for s in found.sources.values() if s.in_scope and codemod.admits(s.data)] for codemod in codemods
    ]
    known = [one.recall(sources) for one, sources in zip(kept, admitted, strict=True)]
    wanted: dict[Source, list[int]] = {}
    for number, sources in enumerate(admitted):
        for source in sources:
            if source.path not in known[number]:
                wanted.setdefault(source, []).append(number)
    tasks = [Task(source, tuple(numbers)) for source, numbers in wanted.items()]
    tick = progress("transform", len(tasks)) if progress else lambda: None
    jobs = workers(config.jobs, len({s.path for sources in admitted for s in sources}))
    results = work_through(State(tuple(codemods), None, config.scope), tasks, jobs, tick)
    new: list[dict[Source, Outcome]] = [{} for _ in codemods]
    for task, outcomes in zip(tasks, results, strict=True):
        for number, outcome in zip(task.codemods, outcomes, strict=True):
            new[number][task.source] = outcome
    for one, made in zip(kept, new, strict=True):
        one.keep(made.items())
    share = (time.perf_counter() - start) / len(codemods)
    return [
        Done({found.sources[path]: outcome for path, outcome in old.items()} | made, len(made), share)
        for old, made in zip(known, new, strict=True)
    ]


class Transformer:
    """`transform`, sparing the files whose outcomes are known; `parsed` counts those that weren't."""

    def __init__(self, codemod: Codemod, config: Config, cache: Cache, done: Done) -> None:
        self.cache = cache
        self.is_lasting = True  # until a tool could not be run
        self.parsed = done.parsed
        self.seconds = done.seconds
        self._config = config
        self._kept = Kept(cache, codemod, config.scope)
        self._done = done.outcomes

    def __call__(
        self,
        codemod: Codemod,
        sources: Sequence[Source],
        facts: Any,
        scope: Scope,
        tick: Callable[[], None] = lambda: None,
    ) -> list[Outcome]:
        known = {s.path: self._done[s] for s in sources if s in self._done}
        known |= self._kept.recall([source for source in sources if source.path not in known], facts)
        left = [source for source in sources if source.path not in known]
        self.parsed += len(left)
        for _ in known:
            tick()
        # As many workers as if nothing were known: a file that kills its process is never known, and always left.
        jobs = workers(self._config.jobs, len(sources))
        tasks = [Task(source, (0,)) for source in left]
        made = [outcome for (outcome,) in work_through(State((codemod,), facts, scope), tasks, jobs, tick)]
        self._kept.keep(zip(left, made, strict=True), facts)
        known |= {source.path: outcome for source, outcome in zip(left, made, strict=True)}
        return [known[source.path] for source in sources]
