"""Move deferred imports to the top of their module, where no import cycle and no slower start comes of it.

Why: An import inside a function hides what a module depends on, runs again at each call, and often stands there for a
cycle that is long gone. Moved blindly, though, it breaks programs: a cycle closes, an optional package is missing, a test
patches a name that nobody looks up any more, or everything starts slower. So each one is judged by what it is there for.
An import that the module repeats is deleted, one that only local annotations need goes under `TYPE_CHECKING`, and the
others are hoisted when that closes no import cycle and, unless `startup=allow`, loads nothing that importing the module
doesn't load today. Where only a facade or a lazy package closes the cycle, the name is imported from its home instead.

Leaves alone: optional and platform-dependent imports, imports for their side effects, names that tests patch or that
get new values while the program runs, everything in a package's `__init__`. Each one left says why, and a cycle is named.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Outcome, Plan, Source, Status


class HoistImports(Codemod):
    """Decides on every import inside a function, for the whole project in one plan."""

    mentions = (b"import",)

    startup: Literal["keep", "allow"] = "keep"
    """Whether importing a module may load more than today: `keep` hoists only what it loads anyway."""

    entry: tuple[str, ...] = ()
    """Dotted modules that users start, beside the root packages: what they load counts as installed."""

    requires: tuple[str, ...] = ()
    """Top-level modules that are installed whenever the project is, beside those that the entries load."""

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        from refactorkit.analysis.import_verdicts import Reason

        return Reason

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.import_survey import plan_imports

        requires = [name.lower() for name in self.requires]
        return plan_imports(self.identifier(), sources, scope, self.startup == "allow", self.entry, requires)

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def additions(self, facts: Any) -> tuple[Change, ...]:
        return tuple(facts.additions)

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.hoisting import hoist

        return hoist(source, facts.files[source.path])

    def summary(self, plan: Plan) -> str:
        moved = sum(f.status is Status.CHANGED and "action" in f.evidence for f in plan.findings)
        return f"move {moved} deferred {'import' if moved == 1 else 'imports'} to the top"
