"""The straight path of a run: prefilter, survey, transform, format, verify. Nothing here writes anything."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from refactorkit.cache import Cache
from refactorkit.codemod import IGNORE, Codemod
from refactorkit.config import Config, ConfigError, LeftOut, Scope
from refactorkit.discover import Discovered
from refactorkit.model import (
    Change,
    Failed,
    FileCounts,
    Finding,
    Level,
    Outcome,
    Plan,
    Reason,
    Seconds,
    Skipped,
    Source,
    Status,
    Unchanged,
    Verification,
)
from refactorkit.once import Done, Progress, Transformer
from refactorkit.verify import dropped, verify

if TYPE_CHECKING:
    from refactorkit.behaviour.gate import Observed
from refactorkit.workspace.entries import is_inside


def plan(
    codemod: Codemod,
    found: Discovered,
    config: Config,
    progress: Progress | None = None,
    cache: Cache | None = None,
    done: Done | None = None,
    fixed: Sequence[Outcome] = (),
) -> Plan:
    """What the codemod would do to the project, each change verified or dropped. What is `fixed` stays as it is."""
    transformer = Transformer(codemod, config, cache or Cache(), done or Done())
    codemod.configured(found.configuration)
    clock = _Clock(transform=transformer.seconds)
    tell = progress or _silent
    sources = _fixing(found.sources, fixed)
    admitted = [s for s in sources.values() if s.in_scope and codemod.admits(s.data)]
    seen, lost = len(admitted), list(fixed)
    refusing: list[Verification] = []
    scope, known = config.scope, {}  # type: ignore[var-annotated]
    while True:
        with clock("survey"):
            facts = _facts(codemod, sources, admitted, scope, progress)
            candidates = _candidates(codemod, facts, sources, admitted)
        with clock("transform"):
            outcomes = transformer(codemod, candidates, facts, scope, tell("transform", len(candidates)))
            outcomes += _new_modules(codemod, facts, outcomes, found)
            parsed = transformer.parsed
        with clock("verify"):
            tell("verify", 0)
            outcomes, gates, tools = _checked(codemod, outcomes, found, sources, scope, transformer)
            tools = {**codemod.tools(), **tools}
        gone = [o for o in outcomes if isinstance(o, Failed) or was_dropped(o)]
        if not codemod.is_project_wide():
            break
        if not gone and config.python is not None and facts is not None:
            with clock("verify"):
                tested = _observed(codemod, facts, outcomes, found, config, known, progress)
            outcomes, tools = tested.outcomes, {**tools, **tested.tools}
            gates.append(tested.gate)
            if tested.left_out:
                refusing.append(tested.gate)
                scope = _without(scope, tested.left_out)
                continue
        if not gone:
            break
        refusing += [gate for gate in gates if gate.ok is False]
        lost += gone  # the other files may have relied on these: plan again as if they could not change
        sources = _fixing(sources, gone)
        admitted = [s for s in admitted if sources[s.path].in_scope]
    gates += codemod.verified(facts) if facts is not None else ()
    outcomes = [*_with_additions(codemod, facts, outcomes, found), *lost, *found.skipped]
    outcomes = [_told(outcome, config.scope) for outcome in outcomes]
    tools |= codemod.rests_on(facts) if facts is not None else {}
    return _finished(
        codemod, found, outcomes, (seen, parsed), (*refusing, *gates), tools, transformer.is_lasting, clock
    )


def _finished(
    codemod: Codemod,
    found: Discovered,
    outcomes: Sequence[Outcome],
    counted: tuple[int, int],
    gates: tuple[Verification, ...],
    tools: dict[str, str],
    is_lasting: bool,
    clock: _Clock,
) -> Plan:
    """The plan of these outcomes; `counted` are the files admitted and parsed."""
    outcomes = _with_unused_ignores(codemod.identifier(), found.sources, outcomes)
    return Plan(
        codemod=codemod.identifier(),
        version=codemod.version,
        options=codemod.options(),
        files=_counts(codemod, found, *counted, outcomes),
        outcomes=tuple(sorted(outcomes, key=lambda o: o.path)),
        verification=gates,
        tools=tools,
        seconds=clock.seconds(),
        is_lasting=is_lasting,
        choices=_choices(codemod, outcomes),
    )


def _choices(codemod: Codemod, outcomes: Sequence[Outcome]) -> tuple[tuple[str, int], ...]:
    """Where something changes that can be decided on; where a codemod names no such change, all of them."""
    changed = [f for o in outcomes if isinstance(o, Change) for f in o.findings if f.status is Status.CHANGED]
    chosen = [f for f in changed if codemod.is_choice(f)] or changed
    return tuple(sorted({(f.path, f.line) for f in chosen}))


def _facts(
    codemod: Codemod,
    sources: Mapping[str, Source],
    admitted: Sequence[Source],
    scope: Scope,
    progress: Progress | None,
) -> Any:
    """What the codemod's survey says, None for one that works file by file or has nothing to work on."""
    if not codemod.is_project_wide():
        return None
    if progress:
        progress("survey", 0)
    return codemod.survey(dict(sources), scope) if admitted else None


def _observed(*arguments: Any) -> Observed:
    """The gate of `--verify-behaviour`, which is loaded only when it is asked for."""
    from refactorkit.behaviour.gate import observe

    return observe(*arguments)


def _fixing(sources: Mapping[str, Source], fixed: Sequence[Outcome]) -> Mapping[str, Source]:
    """The sources, of which those that must stay as they are can only be read."""
    paths = {outcome.path for outcome in fixed}
    if not paths:
        return sources
    return {p: msgspec.structs.replace(s, in_scope=s.in_scope and p not in paths) for p, s in sources.items()}


def _without(scope: Scope, left_out: Sequence[LeftOut]) -> Scope:
    """The scope without the sites that a gate sorted out, which the codemod must now refuse."""
    for site in left_out:
        if scope.why_left_out(site.path, site.name):
            raise RuntimeError(f"{site.path}: {site.name} is changed again after it was left out")
    return msgspec.structs.replace(scope, left_out=(*scope.left_out, *left_out))


def _told(outcome: Outcome, scope: Scope) -> Outcome:
    """The outcome with a gate's words at the lines that the gate excluded."""
    said = {site.line: site for site in scope.left_out if site.path == outcome.path and not site.name}
    if not said or not isinstance(outcome, Change | Unchanged):
        return outcome
    findings = tuple(
        msgspec.structs.replace(
            f, status=Status.REFUSED, level=Level.SUGGESTED, reason=site.reason, message=site.message,
            evidence={**f.evidence, **site.evidence},
        )
        if f.reason == Reason.NOT_SELECTED and (site := said.get(f.line)) is not None
        else f
        for f in outcome.findings
    )  # fmt: skip
    return msgspec.structs.replace(outcome, findings=findings)


def _with_additions(
    codemod: Codemod, facts: Any, outcomes: Sequence[Outcome], found: Discovered
) -> Iterator[Outcome]:
    """The outcomes, the new documents that come with them, and the files that the survey could not read."""
    yield from outcomes
    if facts is None:
        return
    if any(isinstance(o, Change) for o in outcomes):
        added = [a for a in codemod.additions(facts) if not a.path.endswith(".py")]
        _check_paths(codemod, added, found.paths)
        yield from (a for a in added if a.path not in found.paths)  # what is there belongs to somebody
    for path, error in codemod.failures(facts).items():
        yield Failed(path=path, error=error)


def _new_modules(
    codemod: Codemod, facts: Any, outcomes: Sequence[Outcome], found: Discovered
) -> list[Outcome]:
    """The new Python files that come with changes. Others import them: they go through the gates with these."""
    if facts is None or not any(isinstance(o, Change) for o in outcomes):
        return []
    added = [a for a in codemod.additions(facts) if a.path.endswith(".py")]
    _check_paths(codemod, added, found.paths)
    for change in added:
        if change.path in found.paths:
            raise ConfigError(
                f"{codemod.identifier()} would write {change.path!r}, which exists already: correct its options"
            )
    return [*added]


def _check_paths(codemod: Codemod, outcomes: Iterable[Outcome], taken: Collection[str] = ()) -> None:
    """Raise ConfigError for a change outside of the project: where a new file goes is an option of some codemods.

    `taken` are the paths that a new file can't lie below, or stand for the folder of.
    """
    for outcome in outcomes:
        if not isinstance(outcome, Change) or outcome.path in taken:
            continue
        path, problem = outcome.path, None
        if not is_inside(path):
            problem = "which is not inside of the project"
        elif any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in taken):
            problem = "where a file or folder of the project is in the way"
        if problem:
            raise ConfigError(f"{codemod.identifier()} would write {path!r}, {problem}: correct its options")


def _silent(stage: str, files: int) -> Callable[[], None]:
    """No progress to show."""
    return lambda: None


def _candidates(
    codemod: Codemod, facts: Any, sources: Mapping[str, Source], admitted: Sequence[Source]
) -> list[Source]:
    sites = codemod.sites(facts) if facts is not None else None
    return list(admitted) if sites is None else [sources[path] for path in sites]


def _checked(
    codemod: Codemod,
    outcomes: list[Outcome],
    found: Discovered,
    sources: Mapping[str, Source],
    scope: Scope,
    transformer: Transformer,
) -> tuple[list[Outcome], list[Verification], dict[str, str]]:
    """The outcomes formatted as the target does and through the gates."""
    _check_paths(codemod, outcomes)
    changes = [o for o in outcomes if isinstance(o, Change)]
    if not changes:
        return outcomes, [], {}
    from refactorkit.formatting import format_changes

    formatted = format_changes(changes, found.configuration, found.packages, transformer.cache)
    by_path = {change.path: change for change in formatted.changes}
    outcomes = [by_path[o.path] if isinstance(o, Change) else o for o in outcomes]
    outcomes, gates = verify(codemod, outcomes, sources, scope, found.configuration, transformer)
    transformer.is_lasting &= formatted.is_lasting
    return _without_rejected(outcomes, sources), [formatted.verification, *gates], formatted.tools


def _without_rejected(outcomes: list[Outcome], sources: Mapping[str, Source]) -> list[Outcome]:
    """The outcomes; when a gate takes a new module back, nothing that may import it can change either."""
    rejected = [o for o in outcomes if was_dropped(o) and o.path not in sources]
    if not rejected:
        return outcomes
    said = next(f for o in rejected if isinstance(o, Unchanged) for f in o.findings)
    return [
        dropped(o, said.reason or "", f"{said.path}: {said.message}") if isinstance(o, Change) else o
        for o in outcomes
        if o.path in sources
    ]


def was_dropped(outcome: Outcome) -> bool:
    """Whether a gate took the file's changes back."""
    return isinstance(outcome, Unchanged) and any(f.evidence.get("gate") is True for f in outcome.findings)


def _with_unused_ignores(
    identifier: str, sources: Mapping[str, Source], outcomes: Sequence[Outcome]
) -> list[Outcome]:
    """The outcomes, with a finding for each `refactorkit: ignore[identifier]` that suppresses nothing."""
    by_path = {outcome.path: outcome for outcome in outcomes}
    for source in sources.values():
        if not source.in_scope or b"refactorkit:" not in source.data:
            continue
        outcome = by_path.get(source.path, Unchanged(path=source.path))
        if not isinstance(outcome, Unchanged | Change):
            continue
        used = {
            line for f in outcome.findings if f.status is Status.SUPPRESSED for line in (f.line, f.end_line)
        }
        unused = tuple(f for f in _ignores(source, identifier) if f.line not in used)
        if unused:
            by_path[source.path] = msgspec.structs.replace(outcome, findings=(*outcome.findings, *unused))
    return list(by_path.values())


def _ignores(source: Source, identifier: str) -> Iterator[Finding]:
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", source.data), 1):
        for match in IGNORE.finditer(line):
            if match.group(1) is not None and identifier.encode() in [
                n.strip() for n in match.group(1).split(b",")
            ]:
                yield Finding(
                    path=source.path,
                    line=number,
                    column=match.start(),
                    end_line=number,
                    status=Status.UNCHANGED,
                    level=Level.BOUNDARY,
                    reason=Reason.UNUSED_IGNORE,
                    message=f"this comment suppresses nothing for {identifier}",
                )


def _counts(
    codemod: Codemod, found: Discovered, admitted: int, parsed: int, outcomes: Sequence[Outcome]
) -> FileCounts:
    changed = [o for o in outcomes if isinstance(o, Change)]
    if codemod.is_project_wide():
        parsed = sum(c.before is not None for c in changed)
    return FileCounts(
        seen=sum(s.in_scope for s in found.sources.values()) + len(found.skipped),
        admitted=admitted,
        parsed=parsed,
        changed=len(changed),
        skipped=sum(isinstance(o, Skipped) for o in outcomes),
        failed=sum(isinstance(o, Failed) for o in outcomes),
    )


class _Clock:
    """Wall time by stage."""

    def __init__(self, **before: float) -> None:
        self._start = time.perf_counter() - sum(before.values())
        self._stages = before

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._stages[stage] = self._stages.get(stage, 0.0) + time.perf_counter() - start

    def seconds(self) -> Seconds:
        rounded = {stage: round(seconds, 4) for stage, seconds in self._stages.items()}
        return Seconds(**rounded, total=round(time.perf_counter() - self._start, 4))
