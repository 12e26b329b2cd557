"""Which changes make a command fail: they are left out one by one, and the rest is what the command accepts.

The sites of a plan stand in one order, by file and line. With none of them the command passes (that is the base, which
is run first), with all of them it fails, so somewhere between is a site that the command passes before and fails after.
Halving finds it: between two files first, then between two sites. It is left out, and when the rest still fails, the
search goes on behind it. What was found to pass stays found, so sites that fail only together lose the last of them.

For a file that doesn't let single sites be left out, the whole file counts as one. Every variant is planned anew from the
codemod, so that what one file needs of another is right in each of them, and the variant that is kept has itself passed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence

import msgspec
from msgspec import Struct

from refactorkit.codemod import Codemod
from refactorkit.config import Config
from refactorkit.discover import Discovered
from refactorkit.model import Change, Finding, Level, Outcome, Plan, Reason, Status, Unchanged
from refactorkit.pipeline import plan

MOST_RUNS = 100
"""Runs of the command after which what is still unproved is left out: a run may take minutes."""


class Site(Struct, frozen=True, order=True):
    """A line of a file on which something changes; line 0 stands for the whole file."""

    path: str
    line: int


class Run(Struct, frozen=True):
    """One run of the command: its exit code and the last lines that it printed."""

    code: int
    lines: tuple[str, ...] = ()


class Bisected(Struct, frozen=True):
    """What is left of a plan, the sites that were left out each with the run that failed on it, and how many runs."""

    plan: Plan
    left_out: dict[Site, Run | None]
    """None: the search ended before it came to this site."""
    runs: int


class Variants:
    """The plan of a codemod without some of its sites."""

    def __init__(self, codemod: Codemod, found: Discovered, config: Config, made: Plan) -> None:
        self._codemod = codemod
        self._found = found
        self._config = config
        self._made = made
        self._files: dict[tuple[Site, ...], Outcome] = {}
        self._changes = {c.path: c for c in made.changes if c.before is not None}
        sites = [site for change in self._changes.values() for site in _sites(change)]
        whole = {site.path for site in sites if site.line == 0}
        if codemod.is_project_wide() or type(codemod).rewrite is not Codemod.rewrite:
            whole |= {change.path for change in self.without(sites).changes}  # it heeds no choice of sites
        self.sites: tuple[Site, ...] = tuple(
            sorted({Site(s.path, 0) if s.path in whole else s for s in sites})
        )

    def without(self, sites: Collection[Site]) -> Plan:
        """The plan without these sites; each of them is a finding that is refused."""
        if not sites:
            return self._made
        if not self._codemod.is_project_wide():
            return msgspec.structs.replace(
                self._made, outcomes=tuple(self._outcome(outcome, sites) for outcome in self._made.outcomes)
            )
        whole = [_left_out(self._changes[site.path]) for site in sites if site.line == 0]
        made = plan(self._codemod, self._found, self._scoped(sites), fixed=whole)
        return msgspec.structs.replace(
            self._made,
            files=made.files,
            outcomes=tuple(_marked(o, sites) for o in made.outcomes),
            verification=made.verification,
            tools=made.tools,
        )

    def _scoped(self, sites: Collection[Site]) -> Config:
        lines = tuple(sorted((site.path, site.line) for site in sites if site.line))
        scope = self._config.scope
        scope = msgspec.structs.replace(scope, excluded=(*scope.excluded, *lines))
        return msgspec.structs.replace(self._config, scope=scope)

    def _outcome(self, outcome: Outcome, sites: Collection[Site]) -> Outcome:
        """One file of a codemod that looks at one file at a time; the others need not be looked at again."""
        here = tuple(sorted(site for site in sites if site.path == outcome.path))
        if not here or not isinstance(outcome, Change):
            return outcome
        if here[0].line == 0 or len(here) == len(_sites(outcome)):
            return _left_out(outcome)
        if here not in self._files:
            sources = {
                path: msgspec.structs.replace(source, in_scope=source.in_scope and path == outcome.path)
                for path, source in self._found.sources.items()
            }
            found = msgspec.structs.replace(self._found, sources=sources, skipped=())
            outcomes = plan(self._codemod, found, self._scoped(here)).outcomes
            again = next((o for o in outcomes if o.path == outcome.path), Unchanged(path=outcome.path))
            self._files[here] = _marked(again, here)
        return self._files[here]


def _sites(change: Change) -> list[Site]:
    lines = {f.line for f in change.findings if f.status is Status.CHANGED}
    return [Site(change.path, line) for line in sorted(lines)] or [Site(change.path, 0)]


def _left_out(change: Change) -> Unchanged:
    """The file as it was, with every change in it refused."""
    findings = change.findings or (
        Finding(
            path=change.path, line=1, column=0, end_line=1, status=Status.CHANGED, level=Level.SUGGESTED, message=""
        ),
    )  # fmt: skip
    return Unchanged(
        path=change.path, findings=tuple(_refused(f) if f.status is Status.CHANGED else f for f in findings)
    )


def _marked(outcome: Outcome, sites: Collection[Site]) -> Outcome:
    """The outcome with the sites that were not selected here refused, because a command fails on them."""
    if not isinstance(outcome, Change | Unchanged):
        return outcome
    findings = tuple(
        _refused(f) if f.reason == Reason.NOT_SELECTED and Site(f.path, f.line) in sites else f
        for f in outcome.findings
    )
    return msgspec.structs.replace(outcome, findings=findings)


def _refused(finding: Finding) -> Finding:
    return msgspec.structs.replace(
        finding, status=Status.REFUSED, level=Level.SUGGESTED, reason=Reason.VERIFY_FAILED, message=""
    )


def bisect(variants: Variants, run: Callable[[Plan], Run], first: Run, most: int = MOST_RUNS) -> Bisected:
    """Leave out the sites that make the command fail.

    `first` is how the command failed with all the changes; without any it must have passed. `run` runs it on a plan.
    The plan that is returned has passed, or holds no change.
    """
    return _Search(variants, run, first, most).result()


class _Search:
    def __init__(self, variants: Variants, run: Callable[[Plan], Run], first: Run, most: int) -> None:
        self._variants = variants
        self._sites = variants.sites
        self._run = run
        self._most = most
        self._ended = {_content(variants.without(())): first}
        self.runs = 0
        self._guilty: dict[Site, Run | None] = {}

    def result(self) -> Bisected:
        low = 0  # the sites before `low`, without the guilty ones, pass
        if self._on(0).code != 0:  # something changes whatever is left out
            self._guilty.update(dict.fromkeys(self._sites))
            return Bisected(self._emptied(), self._guilty, self.runs)
        while self._on(len(self._sites)).code != 0:
            if self.runs >= self._most:
                self._guilty.update({s: None for s in self._sites[low:] if s not in self._guilty})
                break
            low = self._next_guilty(low)
        return Bisected(self._variants.without(set(self._guilty)), self._guilty, self.runs)

    def _next_guilty(self, low: int) -> int:
        """Find the next guilty site from `low` on; the place behind it, up to which the rest passes."""
        high = self._fence(low)
        while high - low > 1 and self.runs < self._most:
            middle = _middle(self._sites, low, high)
            if self._on(middle).code == 0:
                low = middle
            else:
                high = middle
        if high - low == 1:
            self._guilty[self._sites[low]] = self._on(high)
            low = high
        return low

    def _fence(self, low: int) -> int:
        """A place up to which the command fails.

        The first search begins with the whole, since one guilty site is what there mostly is. Where there is a second,
        more may follow soon: the steps begin small.
        """
        step, high = 1, len(self._sites)
        while self._guilty and low + step < high and self.runs < self._most:
            if self._on(low + step).code != 0:
                return low + step
            step *= 2
        return high

    def _on(self, end: int) -> Run:
        """The run on the sites before `end`, without the guilty ones. What was run before isn't run again."""
        made = self._variants.without({*self._sites[end:], *self._guilty})
        content = _content(made)
        if content not in self._ended:
            self._ended[content] = self._run(made) if made.changes else Run(0)
            self.runs += bool(made.changes)
        return self._ended[content]

    def _emptied(self) -> Plan:
        made = self._variants.without(self._sites)
        outcomes = (o if not isinstance(o, Change) else _left_out(o) for o in made.outcomes if _is_old(o))
        return msgspec.structs.replace(made, outcomes=tuple(outcomes))


def _is_old(outcome: Outcome) -> bool:
    return not (isinstance(outcome, Change) and outcome.before is None)


def _middle(sites: Sequence[Site], low: int, high: int) -> int:
    """Where to cut between `low` and `high`: between two files if there are two, as near to the middle as can be."""
    cuts = [n for n in range(low + 1, high) if sites[n - 1].path != sites[n].path]
    return min(cuts or range(low + 1, high), key=lambda n: abs(2 * n - low - high))


def _content(made: Plan) -> bytes:
    """A digest of what a plan writes."""
    digest = hashlib.sha256()
    for change in made.changes:
        for part in (change.path.encode("utf-8", "surrogateescape"), change.mode.encode(), change.after):
            digest.update(b"-" if part is None else b"%d:" % len(part) + part)
    return digest.digest()


__all__ = ["Bisected", "Run", "Site", "Variants", "bisect"]
