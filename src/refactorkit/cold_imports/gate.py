"""The gate of cold imports: every module of the project is imported after the change, and what breaks is left out.

What fails afterwards is imported before the change, too: a module that failed before may go on failing, in the same way.
A new failure is traced by bisection to the sites that cause it; the rest is imported once more as a whole, so that what
is kept has itself been imported. This runs the project's own import code, in processes of their own.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from refactorkit.bisection import Run, Site, Variants, bisect
from refactorkit.codemod import Codemod
from refactorkit.cold_imports.budget import Moved, Prices, affordable, prices
from refactorkit.cold_imports.judgement import Judgement, suspects_of
from refactorkit.cold_imports.left_out import guilty_of, too_dear
from refactorkit.cold_imports.modules import Project, started_modules
from refactorkit.cold_imports.probing import Probing
from refactorkit.cold_imports.required import Required, declared_requirements
from refactorkit.cold_imports.trees import Tree, laid_out
from refactorkit.cold_imports.verdict import Answer, Failure, Job, Limits
from refactorkit.config import Config, ConfigError, LeftOut
from refactorkit.discover import Discovered
from refactorkit.environment import find_environment
from refactorkit.interpreter import version_of
from refactorkit.model import Finding, Plan, Reason, Status, Verification
from refactorkit.once import Progress
from refactorkit.pipeline import plan
from refactorkit.verify import count
from refactorkit.workspace.scratch import scratch

GATE, STARTUP = "cold-import", "startup"
UNRUN = "not run: what moved is proved by the import graph alone"
"""What is said under `--no-gate`."""
ROUNDS = 8
"""How often what is left is imported as a whole, after what breaks has been left out."""


def gated(
    codemod: Codemod,
    found: Discovered,
    config: Config,
    made: Plan,
    python: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> tuple[Plan, Config]:
    """The plan with what survives the gate, and the configuration that leaves out the rest from here on."""
    if not any(_moves(codemod, finding) for finding in made.findings):
        return made, config
    if config.gate is None and codemod.startup_budget() is not None:
        raise ConfigError("a budget for start-up is measured by the gate of imports: leave --no-gate out")
    if config.gate is None:
        return _with_lines(made, [Verification(gate=GATE, ok=None, detail=UNRUN)]), config
    start = time.perf_counter()
    limits = limits or Limits()
    project = Project(found.sources, config.root.name)
    before = {path: source.data for path, source in found.sources.items()}
    others = found.paths - before.keys()
    with (
        laid_out(before, config.root, others) as old,
        laid_out(before, config.root, others) as new,
        scratch({}) as home,
    ):

        def preload(root: str) -> Sequence[str]:
            return project.outside(m.path for m in project.modules.values() if m.root == root)

        inside = {module.root for module in project.modules.values()}
        probing = Probing(python, config.root.resolve(), home, config.jobs, inside, preload, limits)
        required = None if codemod.keeps_startup() else _required(found, config, python)
        gate = _Gate(codemod, found, config, project, probing, (old, new), progress, required)
        first, made = made, gate.settle(made, python)
    took = round(time.perf_counter() - start, 4)
    seconds = msgspec.structs.replace(
        first.seconds, verify=first.seconds.verify + took, total=first.seconds.total + took
    )
    tools = {**made.tools, "python": version_of(python)}
    return msgspec.structs.replace(made, base=first.base, seconds=seconds, tools=tools), gate.config


def _required(found: Discovered, config: Config, python: Path) -> Required:
    declared, names = declared_requirements(found.configuration)
    environment = find_environment(python, config.root, {})
    return Required(declared, names, environment.folders if environment else ())


def _moves(codemod: Codemod, finding: Finding) -> bool:
    return finding.status is Status.CHANGED and codemod.moves_import(finding)


def _with_lines(made: Plan, lines: Iterable[Verification]) -> Plan:
    return msgspec.structs.replace(made, verification=(*made.verification, *lines))


class _Gate:
    def __init__(
        self, codemod: Codemod, found: Discovered, config: Config, project: Project, probing: Probing,
        trees: tuple[Tree, Tree], progress: Progress | None, required: Required | None,
    ) -> None:  # fmt: skip
        self.config = config
        self._codemod = codemod
        self._found = found
        self._project = project
        self._probing = probing
        self._old, self._new = trees
        self._progress = progress
        self._required = required
        self._inside = {module.root for module in project.modules.values()}
        self._starting: set[str] = set()
        self._before: dict[Job, Answer] = {}
        self._known: dict[Job, tuple[Answer, Mapping[str, bytes]]] = {}
        self._held: dict[str, Failure] = {}
        self._left_out = 0
        self._prices: Prices | None = None
        started = {*started_modules(found.configuration), *codemod.startup_entries()}
        self._entries = {m.name for m in project.named(started)}

    def settle(self, made: Plan, python: Path) -> Plan:
        """The plan without what breaks or can't be proved, with the gate's lines."""
        for _ in range(ROUNDS):
            if not any(_moves(self._codemod, f) for f in made.findings):
                return _with_lines(made, [self._nothing_left(python)])
            if self._progress:
                self._progress("import", 0)
            judgement = self._judge(made)
            if judgement.is_clean:
                cheaper = self._within_budget(made, judgement)
                if cheaper is None:
                    return _with_lines(made, self._said(made, judgement))
                made = cheaper
                continue
            if judgement.missed:
                break
            if judgement.unproved:  # first: what is held back may be what breaks something
                made = self._without_unproved(made, judgement.unproved)
            else:
                made = self._without_guilty(made, judgement)
        why = Failure("Unproved", "what is left could not be imported as a whole within the limits")
        self._held.setdefault("the project", why)
        return _with_lines(self._hold_back(made, None, why), [self._nothing_left(python)])

    # Importing

    def _jobs(self, made: Plan) -> list[Job]:
        """Each module of the project as the plan leaves it: in a fresh process what it touches and what users start."""
        changed = {change.path for change in made.changes}
        modules = {**self._project.modules}
        for change in made.changes:
            module = self._project.module_of(change.path) if change.before is None else None
            if module is not None:
                modules[change.path] = module
            elif change.after is None:
                modules.pop(change.path, None)
        entries = self._entries | {modules[path].root for path in changed if path in modules}
        self._starting |= entries
        is_fresh = self.config.gate == "fresh"
        telling = entries | ({modules[p].name for p in changed if p in modules} if self._required else set())
        return [
            Job(m.name, m.folder, is_fresh or m.path in changed or m.name in entries, m.name in telling)
            for m in modules.values()
        ]

    def _judge(self, made: Plan, suspects: Collection[tuple[str, str]] | None = None) -> Judgement:
        """Import the modules after the plan, or only the suspects among them."""
        files = {path: source.data for path, source in self._found.sources.items()}
        for change in made.changes:
            if change.after is None:
                files.pop(change.path, None)
            else:
                files[change.path] = change.after
        self._new.become(files)
        jobs = [job for job in self._jobs(made) if suspects is None or job.module in suspects]
        answers = self._ask(jobs, files)
        self._ask_before(jobs, answers)
        new, grown = self._compared(made, jobs, answers)
        if suspects is None and (new or grown):  # once more: it may have been chance, or the machine's load
            again = [job for job in jobs if job in new or job in grown]
            answers |= self._probing.ask(self._new.folder, again)
            new, grown = self._compared(made, jobs, answers)
        failed = {job.module: f for job in jobs if job in answers and (f := answers[job].failure)}
        as_before = failed.keys() - {job.module for job in new}
        moving = dict.fromkeys(f.path for f in made.findings if _moves(self._codemod, f))
        changed = (self._project.modules.get(path) for path in moving)
        unproved = {
            m.path: failed[m.folder, m.name] for m in changed if m and (m.folder, m.name) in as_before
        }
        missed = tuple(job.name for job in jobs if job not in answers)
        is_beyond = not self._codemod.keeps_startup()
        return Judgement(tuple(jobs), new, grown, unproved, missed, len(as_before), is_beyond)

    def _ask(self, jobs: Sequence[Job], files: Mapping[str, bytes]) -> dict[Job, Answer]:
        """Import the modules, but for those that could be imported before from files of which none has changed since."""
        answers: dict[Job, Answer] = {}
        differing: dict[int, set[str]] = {}
        for job in jobs:
            known, since = self._known.get(job, (None, files))
            if known is None:
                continue
            if id(since) not in differing:
                paths = (path for path in {*since, *files} if since.get(path) != files.get(path))
                differing[id(since)] = {m.name for path in paths if (m := self._project.module_of(path))}
            if differing[id(since)].isdisjoint(known.loaded):
                answers[job] = known
        said = self._probing.ask(self._new.folder, [job for job in jobs if job not in answers])
        self._known |= {job: (answer, files) for job, answer in said.items() if answer.failure is None}
        return answers | said

    def _ask_before(self, jobs: Sequence[Job], answers: Mapping[Job, Answer]) -> None:
        """Import what fails now, and what tells how much it loads, before the change."""
        asked = [
            job
            for job in jobs
            if job not in self._before
            and job in answers
            and (
                answers[job].failure is not None
                or job.name in self._starting
                or self._beyond(answers[job].loaded)
            )
        ]
        self._before |= self._probing.ask(self._old.folder, asked)

    def _compared(
        self, made: Plan, jobs: Sequence[Job], answers: Mapping[Job, Answer]
    ) -> tuple[dict[Job, Failure], dict[Job, tuple[str, ...]]]:
        """What fails otherwise than before, and what entry points load beside what they did and the plan's new modules."""
        interface = self._added(made)
        new: dict[Job, Failure] = {}
        grown: dict[Job, tuple[str, ...]] = {}
        for job in jobs:
            now, then = answers.get(job), self._before.get(job)
            if now is None:
                continue
            if now.failure is not None:
                if not now.failure.is_like(then.failure if then else None):
                    new[job] = now.failure
            elif job.tells_loaded and then is not None and then.failure is None:
                more = tuple(sorted(now.loaded - then.loaded - interface))
                if not self._codemod.keeps_startup():
                    more = self._beyond(more)
                if more:
                    grown[job] = more
        self._now = {job: answers[job] for job in jobs if job.name in self._starting and job in answers}
        return new, grown

    def _beyond(self, loaded: Iterable[str]) -> tuple[str, ...]:
        """What is loaded that only the interpreter at hand has, where loading more than before is allowed."""
        return (
            self._required.beyond(loaded, self._inside | self._codemod.installed()) if self._required else ()
        )

    def _added(self, made: Plan) -> set[str]:
        """The modules that the plan makes."""
        added = [self._project.module_of(c.path) for c in made.changes if c.before is None]
        return {module.name for module in added if module is not None}

    def _growth(self, made: Plan, known: Prices) -> dict[Job, float]:
        """How much longer each entry point takes, as a share of before, by what was imported last."""
        added = self._added(made)
        told = {job: self._before.get(job) for job in self._now}
        return {j: known.growth(j, self._now[j], then, added) for j, then in told.items() if then is not None}

    # Leaving out

    def _within_budget(self, made: Plan, judgement: Judgement) -> Plan | None:
        """The plan without what start-up has no time for; None when it keeps to its budget."""
        share = self._codemod.startup_budget()
        entries = [job for job in judgement.jobs if job in self._now and job in self._before]
        if share is None or not entries:
            return None
        known = self._prices or prices(self._probing, self._old.folder, self._new.folder, entries)
        self._prices = known

        def keeps(plan: Plan) -> bool:
            return all(growth <= share for growth in self._growth(plan, known).values())

        def fits(kept: Collection[Moved]) -> bool:
            left = [too_dear(site, known, share) for site in sites if site not in kept]
            variant = plan(self._codemod, self._found, self._without(left))
            return not self._judge(variant, {job.module for job in entries}).new and keeps(variant)

        if keeps(made):
            return None
        sites = [Moved.of(finding) for finding in made.findings if _moves(self._codemod, finding)]
        kept = affordable(sites, known, fits)
        return self._planned_without([too_dear(site, known, share) for site in sites if site not in kept])

    def _without_guilty(self, made: Plan, judgement: Judgement) -> Plan:
        suspects = suspects_of(judgement)

        def run(variant: Plan) -> Run:
            judged = self._judge(variant, suspects)
            return Run(1 if judged.new or judged.grown else 0, judged.lines())

        variants = Variants(self._codemod, self._found, self.config, made)
        guilty = bisect(variants, run, Run(1, judgement.lines())).left_out
        sites: dict[Site, Run | None] = {}
        for site, ended in guilty.items():
            lines = [f.line for f in made.findings if f.path == site.path and _moves(self._codemod, f)]
            sites |= {Site(site.path, line): ended for line in ([site.line] if site.line else lines)}
        self._left_out += len(sites)
        return self._planned_without([guilty_of(site, ended) for site, ended in sites.items()])

    def _without_unproved(self, made: Plan, unproved: Mapping[str, Failure]) -> Plan:
        """The plan without what can't be proved because its module can't be imported before the change either."""
        for path, failure in unproved.items():
            self._held[self._project.modules[path].name] = failure
            made = self._hold_back(made, path, failure)
        return made

    def _hold_back(self, made: Plan, path: str | None, why: Failure) -> Plan:
        """The plan without the moved imports of a file, or of all files."""
        while True:
            sites = {
                (f.path, f.line) for f in made.findings if _moves(self._codemod, f) and path in (None, f.path)
            }
            if not sites:
                return made
            if sites & set(self.config.scope.excluded):
                raise RuntimeError(f"{min(sites)} is changed again after it was left out")
            said = f"importing the project could not prove it: {why}"
            made = self._planned_without(
                [
                    LeftOut(path=p, name="", line=n, reason=Reason.GATE_NOT_RUN, message=said)
                    for p, n in sorted(sites)
                ]
            )

    def _without(self, sites: Sequence[LeftOut]) -> Config:
        scope = self.config.scope
        scope = msgspec.structs.replace(
            scope,
            excluded=(*scope.excluded, *((site.path, site.line) for site in sites)),
            left_out=(*scope.left_out, *sites),
        )
        return msgspec.structs.replace(self.config, scope=scope)

    def _planned_without(self, sites: Sequence[LeftOut]) -> Plan:
        self.config = self._without(sites)
        return plan(self._codemod, self._found, self.config)

    # Telling

    def _said(self, made: Plan, judgement: Judgement) -> list[Verification]:
        fresh = sum(job.is_fresh for job in judgement.jobs)
        parts = [
            f"{count(len(judgement.jobs), 'module')} imported, {fresh} in fresh processes, 0 new failures"
        ]
        if judgement.failing:
            parts.append(f"{judgement.failing} fail as before")
        if self._left_out:
            parts.append(f"{count(self._left_out, 'site')} left out")
        if self._held:
            parts.append(f"not proved, so left: what {_first(self._held)}")
        if self._project.scripts:
            parts.append(f"{count(len(self._project.scripts), 'script')} not imported")
        lines = [Verification(gate=GATE, ok=True, detail="; ".join(parts))]
        loaded = []
        for job in judgement.jobs:
            then, now = self._before.get(job), self._now.get(job)
            if job.name in self._starting and then and now and not (then.failure or now.failure):
                longer = self._growth(made, self._prices).get(job) if self._prices else None
                took = f" ({longer:+.1%} time)" if longer is not None else ""
                loaded.append(f"{job.name} {len(then.loaded)} -> {len(now.loaded)}{took}")
        if loaded:
            detail = f"modules loaded before and after: {', '.join(loaded)}"
            lines.append(Verification(gate=STARTUP, ok=True, detail=detail))
        return lines

    def _nothing_left(self, python: Path) -> Verification:
        detail = f"every moved import was left: {count(self._left_out, 'site')} would break something"
        if self._held:
            detail = f"not proved, so left: {python} can't import what {_first(self._held)}: "
            detail += (
                "give --python an interpreter with the project's dependencies, or --no-gate to go without"
            )
        return Verification(gate=GATE, ok=None if self._held else True, detail=detail)


def _first(held: Mapping[str, Failure]) -> str:
    name, failure = min(held.items())
    others = f" and {len(held) - 1} more" if len(held) > 1 else ""
    return f"needs {name}{others} ({failure})"


__all__ = ["GATE", "STARTUP", "gated"]
