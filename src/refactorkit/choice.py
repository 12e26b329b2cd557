"""Planning exactly what a review accepted, or saying in one line why that can't be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from refactorkit.codemod import Codemod
from refactorkit.config import Config, ConfigError
from refactorkit.discover import Discovered
from refactorkit.model import Finding, Level, Plan, Reason, Status
from refactorkit.selection import Selection, choices, differs, is_still
from refactorkit.visible import visible

Place = tuple[str, int]
"""The path and first line of a site."""
MOST_PLANS = 40
"""Plans after which no more sites are looked for that accepted ones need: one of a large project takes a second."""
LISTED = 5
"""Sites that a message names at most."""


class NotAlone(ConfigError):
    """Accepted sites of a codemod that change only together with others that were not accepted."""

    def __init__(self, codemod: str, missing: Sequence[Place], needed: Sequence[Place]) -> None:
        self.codemod, self.missing, self.needed = codemod, missing, needed
        super().__init__(
            f"--selection: {_listed(missing)} {'changes' if len(missing) == 1 else 'change'} only together with "
            f"{_listed(needed)}: accept {'that' if len(needed) == 1 else 'those'}, too, or reject the former"
        )


def configs(
    selection: Selection | None, codemods: Sequence[Codemod], runs: Mapping[str, Config]
) -> dict[str, Config]:
    """The configuration of each codemod's run, in which nothing but what the selection accepts is wanted.

    Raises ConfigError for a review of another codemod, level or options.
    """
    if selection is None:
        return {**runs}
    found = {c.identifier(): (c, runs[c.identifier()]) for c in codemods}
    return {name: _narrowed(run, _accepted(selection, c, run.level)) for name, (c, run) in found.items()}


def _narrowed(run: Config, places: Collection[Place]) -> Config:
    lines: dict[str, list[int]] = {}
    for path, line in sorted(places):
        lines.setdefault(path, []).append(line)
    accepted = {path: tuple(found) for path, found in lines.items()}
    return msgspec.structs.replace(run, scope=msgspec.structs.replace(run.scope, accepted=accepted))


def _accepted(selection: Selection, codemod: Codemod, level: Level) -> list[Place]:
    """The accepted places, once it is clear that they were reviewed in a run like this one."""
    identifier = codemod.identifier()
    asked = selection.codemods.get(identifier)
    if asked is None:
        known = ", ".join(sorted(selection.codemods)) or "no codemod"
        raise ConfigError(
            f"--selection holds decisions on {known}, not on {identifier}: name what was reviewed"
        )
    said = differs(asked, codemod.version, codemod.options())
    if said is not None:
        raise ConfigError(f"--selection: {identifier} {said}")
    found = selection.accepted(identifier)
    for site in found:
        is_boundary = (
            site.level is Level.BOUNDARY
        )  # what changes there, such as a comment, no level keeps back
        if not is_boundary and not level.admits(site.level):
            raise ConfigError(
                f"--selection: {site.place} was accepted as {site.level}: pass --level {site.level}"
            )
    return [(site.path, site.line) for site in found]


def check_fresh(selection: Selection, codemods: Sequence[Codemod], found: Discovered) -> None:
    """Raise ConfigError for the first accepted site whose lines are not those that were reviewed."""
    for site in (site for codemod in codemods for site in selection.accepted(codemod.identifier())):
        source = found.sources.get(site.path)
        if source is None or not is_still(site, source.data):
            said = "is not there any more" if source is None else "has changed since it was reviewed"
            raise ConfigError(f"--selection is stale: {site.place} {said}: review again")
        if not source.in_scope:
            raise ConfigError(
                f"--selection: {site.place} is not among the files to change: add it to PATH..."
            )


def check_exact(made: Plan, run: Config, planned: Callable[[Config], Plan]) -> None:
    """Raise ConfigError unless the plan changes exactly the accepted sites, naming what they need or bring along.

    `run` is the configuration that the plan was made with, and `planned` plans with another one. What a gate took back
    is no part of this: the ledger has its reason.
    """
    accepted = {(path, line) for path, lines in (run.scope.accepted or {}).items() for line in lines}
    changed = _places(made)
    more = sorted(changed - accepted)
    if more:
        raise ConfigError(
            f"--selection: {made.codemod} changes {_shown(more[0])}, too, which was not accepted: "
            f"accept it, or reject all of {visible(more[0][0])}"
        )
    if made.changes and not accepted:
        path = visible(made.changes[0].path)
        raise ConfigError(
            f"--selection: {made.codemod} changes {path} whatever is accepted: don't name it here"
        )
    missing = [p for p in sorted(accepted - changed) if not _is_judged(made, p)]
    if not missing:
        return
    needed = _needed(set(missing), accepted, run, planned)
    if not needed:
        raise ConfigError(
            f"--selection: {_shown(missing[0])} can't be changed{_reason(made, missing[0])}: "
            f"reject it, or review again"
        )
    raise NotAlone(made.codemod, missing, needed)


def _places(made: Plan) -> set[Place]:
    return {(finding.path, finding.line) for finding in choices(made)}


def _shown(place: Place) -> str:
    return f"{visible(place[0])}:{place[1]}"


def _is_judged(made: Plan, place: Place) -> bool:
    """Whether a gate of the plan took the site back, which its reason in the ledger says."""
    judged = (Reason.BEHAVIOUR_DIFFERS, Reason.BEHAVIOUR_NOT_COVERED, Reason.BEHAVIOUR_NOT_RUNNABLE)
    return any(f.reason in judged for f in _at(made, place))


def _at(made: Plan, place: Place) -> list[Finding]:
    return [f for f in made.findings if (f.path, f.line) == place]


def _reason(made: Plan, place: Place) -> str:
    """What the ledger says about a site that is not changed."""
    left = [f for f in _at(made, place) if f.status is not Status.CHANGED]
    return f" ({left[0].reason or left[0].status}: {left[0].message})" if left else ""


def _needed(
    missing: set[Place], accepted: set[Place], run: Config, planned: Callable[[Config], Plan]
) -> list[Place]:
    """Sites that were not accepted and with which those at `missing` change; none when that isn't found.

    With all sites a missing one changes, and with the accepted ones it doesn't: where that turns is one that it needs.
    Mostly that is near by, so the steps begin small, in its own file.
    """
    scope = msgspec.structs.replace(run.scope, accepted=None)
    everything = _places(planned(msgspec.structs.replace(run, scope=scope)))
    needed: list[Place] = []
    plans = 0

    def with_more(more: Collection[Place]) -> set[Place]:
        nonlocal plans
        plans += 1
        return _places(planned(_narrowed(run, {*accepted, *needed, *more})))

    while left := missing - with_more(()):
        place = min(left)
        others = sorted(everything - accepted - set(needed), key=lambda p: (p[0] != place[0], p))
        if place not in everything or not others:
            return []
        low, high = 0, 1
        while high < len(others) and plans < MOST_PLANS and place not in with_more(others[:high]):
            low, high = high, 2 * high
        high = min(high, len(others))
        while high - low > 1 and plans < MOST_PLANS:
            middle = (low + high) // 2
            low, high = (low, middle) if place in with_more(others[:middle]) else (middle, high)
        if plans >= MOST_PLANS:
            break
        needed.append(others[high - 1])
    return needed


def _listed(places: Sequence[Place]) -> str:
    shown = [_shown(place) for place in places[:LISTED]]
    left = len(places) - len(shown)
    return " and ".join(filter(None, (", ".join(shown), f"{left} more" if left else "")))


__all__ = ["NotAlone", "check_exact", "check_fresh", "configs"]
