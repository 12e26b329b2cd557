"""Move deferred imports to the top of their module, where no import cycle and no slower start comes of it.

Why: An import inside a function hides what a module depends on, runs again at each call, and often stands there for a
cycle that is long gone. Moved blindly, though, it breaks programs: a cycle closes, an optional package is missing, a test
patches a name that nobody looks up any more, or everything starts slower. So each one is judged by what it is there for.
An import that the module repeats is deleted, one that only local annotations need goes under `TYPE_CHECKING`, and the
others are hoisted when that closes no import cycle and, unless `startup=allow`, loads nothing that importing the module
doesn't load today. Where only a facade or a lazy package closes the cycle, the name is imported from its home instead.
Where two modules really need each other, small definitions that both need move to a new interface module (`extract`).

Leaves alone: optional and platform-dependent imports, imports for their side effects, names that tests patch or that
get new values while the program runs, everything in a package's `__init__`. Each one left says why, and a cycle is named.

Proves what it moves by importing every module of the project in the project's interpreter (`--python`), which runs its
import code; what breaks is left out. `--no-gate` relies on the import graph alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from refactorkit.codemod import Codemod
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Change, Finding, Outcome, Plan, Source, Status

if TYPE_CHECKING:
    from refactorkit.analysis.import_edits import ImportFacts
    from refactorkit.analysis.import_survey import Survey
    from refactorkit.analysis.interface_verdicts import Moves
    from refactorkit.analysis.project_text import ProjectText

BUDGET = re.compile(r"budget:(\d+(?:\.\d+)?)%")


class HoistImports(Codemod):
    """Decides on every import inside a function, for the whole project in one plan."""

    mentions = (b"import",)

    startup: str = "keep"
    """Whether importing a module may load more than today: `keep` hoists only what it loads anyway, `allow` anything, and
    `budget:5%` the cheapest that keep what users start within so much more time, as `-X importtime` in the project's
    interpreter tells it."""

    entry: tuple[str, ...] = ()
    """Dotted modules that users start, beside the root packages: what they load counts as installed."""

    requires: tuple[str, ...] = ()
    """Top-level modules that are installed whenever the project is, beside those that its metadata requires by their name."""

    remote: tuple[str, ...] = (
        "remote",
        "udf",
        "pandas_udf",
        "component",
        "virtualenv",
        "external_python",
        "docker",
        "kubernetes",
    )
    """Decorators, by their last part, that send a function's code to another process or machine."""

    side_effects: tuple[str, ...] = (
        "antigravity",
        "matplotlib.pyplot",
        "readline",
        "this",
        "turtle",
        "twisted.internet.reactor",
    )
    """Dotted modules of which importing changes something for the whole process: they are imported when they are today."""

    patches: Literal["respect", "rewrite"] = "respect"
    """What becomes of an import whose name tests replace by a string (`mock.patch("app.store.load")`): it stays, or with
    `rewrite` the string names the module that imports it from now on, where that is sure to be the same."""

    extract: bool = True
    """Whether symbols that both sides of a cycle need move to a new interface module, which both import."""

    extract_lines: int = 150
    """The most lines that move to one interface module."""

    extract_share: int = 50
    """The most of a module's lines that move out of it together, in percent."""

    interface_name: str = "_{module}_{symbol}"
    """The name of an interface module: `{module}` is where its symbols come from, `{symbol}` the first that is imported."""

    def __post_init__(self) -> None:
        if self.startup not in ("keep", "allow") and self.startup_budget() is None:
            raise ConfigError(
                f"{self.identifier()}: startup={self.startup} is not possible: it takes keep, allow or budget:5%"
            )

    @classmethod
    def reasons(cls) -> tuple[type[StrEnum], ...]:
        from refactorkit.analysis.import_verdicts import Reason
        from refactorkit.analysis.interface_verdicts import ExtractionReason

        return Reason, ExtractionReason

    def configured(self, configuration: Mapping[str, bytes]) -> None:
        self._configuration = configuration  # type: ignore[misc]

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.import_memory import remembered

        if self.patches == "rewrite":  # whether a string can name another place shows in the text of any file
            from refactorkit.analysis.project_text import ProjectText

            return self._planned(ProjectText(sources), sources, sources, scope)
        return remembered(
            self.identifier(), sources, scope, self.options(), self._configuration,
            lambda text: self._planned(text, sources, text.files, scope),
        )  # fmt: skip

    def _planned(
        self, text: ProjectText, sources: Mapping[str, Source], files: Mapping[str, Source], scope: Scope
    ) -> ImportFacts:
        """What becomes of all files. Of `sources` the imports are read, and the text of `files`, if there is any."""
        from refactorkit.analysis.import_reading import read
        from refactorkit.analysis.import_requirements import Requirements
        from refactorkit.analysis.import_survey import entry_paths, plan_imports
        from refactorkit.analysis.import_verdicts import Special
        from refactorkit.analysis.interface_plan import Limits, checked_name
        from refactorkit.analysis.interface_verdicts import Moves
        from refactorkit.extraction import plan_with_interfaces

        setups = {path: text.source(path) for path in files if path.rpartition("/")[2] == "setup.py"}
        requirements = Requirements(self._configuration, setups)
        allow, requires = self.startup != "keep", [name.lower() for name in self.requires]
        special = Special(frozenset(self.remote), frozenset(self.side_effects))
        reading = read(self.identifier(), sources.values())

        def planned(changed: Mapping[str, Source], moves: Moves) -> Survey:
            now = reading.updated(self.identifier(), changed.values()) if changed else reading
            return plan_imports(
                now, {**files, **changed}, scope, allow, self.entry, requires, special, requirements, moves,
                self.patches == "rewrite",
            )  # fmt: skip

        if not self.extract:
            return planned({}, Moves()).facts
        limits = Limits(
            lines=self.extract_lines,
            share=self.extract_share,
            name=checked_name(self.interface_name),
            allow_startup=allow,
            entries=tuple(entry_paths(files, self.entry)),
        )
        return plan_with_interfaces(planned, text, limits, scope.excluded)

    @classmethod
    def is_choice(cls, finding: Finding) -> bool:
        return "action" in finding.evidence

    def moves_import(self, finding: Finding) -> bool:
        return finding.evidence.get("action") in ("hoisted", "retargeted", "extracted")

    def startup_entries(self) -> tuple[str, ...]:
        return self.entry

    def installed(self) -> set[str]:
        return set(self.requires)

    def keeps_startup(self) -> bool:
        return self.startup == "keep"

    def startup_budget(self) -> float | None:
        written = BUDGET.fullmatch(self.startup)
        return float(written[1]) / 100 if written else None

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def additions(self, facts: Any) -> tuple[Change, ...]:
        from refactorkit.extraction import new_modules

        return new_modules(facts)

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def facts_about(self, facts: Any, path: str) -> Any:
        return facts.files[path]

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.extraction import rewrite

        return rewrite(source, facts.files[source.path])

    def summary(self, plan: Plan) -> str:
        moved = sum(f.status is Status.CHANGED and "action" in f.evidence for f in plan.findings)
        return f"move {moved} deferred {'import' if moved == 1 else 'imports'} to the top"

    _configuration: ClassVar[Mapping[str, bytes]] = {}
