"""The plans of one call of `apply`: what an earlier run kept, or what the pipeline makes of the project as it is now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from refactorkit import choice
from refactorkit.cache import Cache
from refactorkit.codemod import Codemod
from refactorkit.config import Config
from refactorkit.discover import Discovered, Listing, advanced, read
from refactorkit.model import Plan, Seconds
from refactorkit.once import Done, Progress, transform_together
from refactorkit.pipeline import plan
from refactorkit.recall import keep_plan, plan_key, recall_plan
from refactorkit.verify import REPEATABLE
from refactorkit.workspace import Workspace


class Planner:
    """Makes the plans of a call: each from what an earlier run kept, or from the sources, which are read once, if ever."""

    seconds = 0.0
    """What looking at the project has taken."""

    def __init__(
        self,
        workspace: Workspace,
        listing: Listing,
        configs: Mapping[str, Config],
        cache: Cache,
        prepare: Callable[[], None],
        progress: Progress | None,
    ) -> None:
        self._workspace = workspace
        self._listing = listing
        self._configs = configs
        self._cache = cache
        self._prepare = prepare
        self.progress = progress
        self._found: Discovered | None = None
        self._identity = listing.identity()
        self._done: dict[str, Done] = {}

    def plan(self, codemod: Codemod) -> Plan:
        """What the codemod would do, with the time that looking at the project took."""
        config = self.config(codemod)
        made = self._made(codemod, config)
        if config.scope.accepted is not None:
            choice.check_exact(made, config, lambda other: self._made(codemod, other))
        return made

    def config(self, codemod: Codemod) -> Config:
        """What a codemod's run depends on."""
        return self._configs[codemod.identifier()]

    def _made(self, codemod: Codemod, config: Config) -> Plan:
        key = self._key(codemod, config)
        start = time.perf_counter()
        made = recall_plan(self._cache, key, codemod)
        if made is not None:
            took = time.perf_counter() - start
            made = msgspec.structs.replace(made, seconds=Seconds(total=round(took, 4)))
        else:
            done = self._done.get(codemod.identifier())
            made = plan(codemod, self.project(), config, self.progress, self._cache, done)
            keep_plan(self._cache, key, made, REPEATABLE)
        seconds = msgspec.structs.replace(
            made.seconds, discover=round(self.seconds, 4), total=round(made.seconds.total + self.seconds, 4)
        )
        return msgspec.structs.replace(made, base=self._workspace.base, seconds=seconds)

    def share(self, codemods: Sequence[Codemod]) -> None:
        """Run the codemods of which no plan is kept over the files together."""
        left = [c for c in codemods if not recall_plan(self._cache, self._key(c, self.config(c)), c)]
        if len(left) > 1:
            config = self.config(left[0])
            done = transform_together(left, self.project(), config, self._cache, self.progress)
            self._done = {c.identifier(): one for c, one in zip(left, done, strict=True)}

    def advance(self, made: Plan) -> None:
        """Go on from the project as it is once the plan is written, for the next codemod of a stack."""
        self._found = advanced(self.project(), made)
        self._identity = None
        self._workspace.base = made.commit or self._workspace.base

    def _key(self, codemod: Codemod, config: Config) -> bytes | None:
        if not self._cache.is_open:
            return None
        if self._identity is None:
            self._identity = self.project().identity()
        return plan_key(codemod, self._identity, config)

    def project(self) -> Discovered:
        """The project with its sources, read when they are first asked for."""
        if self._found is None:
            start = time.perf_counter()
            threading.Thread(target=self._prepare, daemon=True).start()
            self._found = read(self._workspace, self._listing)
            self.seconds += time.perf_counter() - start
        return self._found
