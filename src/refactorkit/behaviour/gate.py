"""The gate of `--verify-behaviour`: what was changed is run, old and new, and what doesn't behave the same is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from refactorkit.behaviour.differential import Trees, compare
from refactorkit.behaviour.verdict import Result, Verdict
from refactorkit.codemod import Codemod
from refactorkit.config import Config, LeftOut
from refactorkit.discover import Discovered
from refactorkit.experiment import Subject
from refactorkit.interpreter import version_of
from refactorkit.model import Change, Finding, Level, Outcome, Reason, Status, Verification

GATE = "behaviour"
REASONS = {
    Result.DIFFERENT: Reason.BEHAVIOUR_DIFFERS,
    Result.NOT_COVERED: Reason.BEHAVIOUR_NOT_COVERED,
    Result.NOT_RUNNABLE: Reason.BEHAVIOUR_NOT_RUNNABLE,
}
Place = tuple[str, int]
Known = dict[tuple[Subject, bytes | None], Verdict]


class Observed(msgspec.Struct, frozen=True):
    """What the gate found: the outcomes with their evidence, what has to be left out, the gate's line, and the interpreter's version."""

    outcomes: list[Outcome]
    left_out: tuple[LeftOut, ...]
    gate: Verification
    tools: dict[str, str] = {}


def observe(
    codemod: Codemod,
    facts: Any,
    outcomes: Sequence[Outcome],
    found: Discovered,
    config: Config,
    known: Known,
    progress: Callable[[str, int], Callable[[], None]] | None = None,
) -> Observed:
    """Run what the codemod says must be run. `known` keeps verdicts from one round to the next, and is added to.

    A proved change is left out only when it behaves differently; one whose proof is the run, unless it ran equal.
    """
    assert config.python is not None
    changes = {o.path: o for o in outcomes if isinstance(o, Change)}
    findings = {
        (f.path, f.line): f for c in changes.values() for f in c.findings if f.status is Status.CHANGED
    }
    experiment = codemod.experiment(facts, list(findings.values())) if findings else None
    subjects = experiment.subjects if experiment is not None else ()
    if experiment is None or not subjects:
        return Observed(
            list(outcomes), (), Verification(gate=GATE, ok=None, detail="no change that can be run by itself")
        )
    after = {c.path: c.after for c in (*changes.values(), *codemod.additions(facts))}
    new = [s for s in subjects if (s, after.get(s.path)) not in known]
    before = {path: source.data for path, source in found.sources.items()}
    trees = Trees(
        before=before,
        after={**before, **{path: data for path, data in after.items() if data is not None}},
        root=config.root,
        others=found.paths,
    )
    tick = progress("behaviour", len(new)) if progress else _nothing
    experiment = msgspec.structs.replace(experiment, subjects=tuple(new))
    for verdict in compare(experiment, trees, config.python, progress=tick):
        known[verdict.subject, after.get(verdict.subject.path)] = verdict
    verdicts = [known[s, after.get(s.path)] for s in subjects]
    by_place = {(v.subject.path, v.subject.line): v for v in verdicts}
    left_out = tuple(_left_out(v) for place, v in by_place.items() if _must_go(v, findings.get(place)))
    return Observed(
        _with_evidence(outcomes, by_place),
        left_out,
        _line(verdicts, left_out),
        {"python": version_of(config.python)},
    )


def _nothing() -> None:
    """No progress to show."""


def _must_go(verdict: Verdict, finding: Finding | None) -> bool:
    if verdict.result is Result.EQUAL:
        return False
    is_proved = finding is not None and finding.level is Level.PROVED
    return verdict.result is Result.DIFFERENT or not is_proved


def _left_out(verdict: Verdict) -> LeftOut:
    said = {
        Result.DIFFERENT: f"it doesn't behave as before: {verdict.case}",
        Result.NOT_COVERED: f"{len(verdict.lines)} of its lines never ran",
        Result.NOT_RUNNABLE: f"it could not be run: {verdict.detail}",
    }
    return LeftOut(
        path=verdict.subject.path, name=verdict.subject.sync, line=verdict.subject.line, reason=REASONS[verdict.result],
        message=said[verdict.result], evidence={"behaviour": verdict.evidence()},
    )  # fmt: skip


def _with_evidence(outcomes: Sequence[Outcome], verdicts: Mapping[Place, Verdict]) -> list[Outcome]:
    """The outcomes, with what the run said in the evidence of each change that was run."""
    return [
        msgspec.structs.replace(o, findings=tuple(_explained(f, verdicts.get((f.path, f.line))) for f in o.findings))
        if isinstance(o, Change)
        else o
        for o in outcomes
    ]  # fmt: skip


def _explained(finding: Finding, verdict: Verdict | None) -> Finding:
    if verdict is None or finding.status is not Status.CHANGED:
        return finding
    return msgspec.structs.replace(finding, evidence={**finding.evidence, "behaviour": verdict.evidence()})


def _line(verdicts: Sequence[Verdict], left_out: Sequence[LeftOut]) -> Verification:
    """The gate's line: false when something differs, null when nothing could be run."""
    results = Counter(v.result for v in verdicts)
    parts = [f"{results[result]} {result.value}" for result in Result if results[result]]
    detail = f"{sum(v.cases for v in verdicts)} cases: {', '.join(parts)}"
    if left_out:
        detail += f"; left out: {', '.join(f'{site.path}:{site.line}' for site in left_out)}"
    if results[Result.DIFFERENT]:
        ok: bool | None = False
    else:
        ok = True if results[Result.EQUAL] or results[Result.NOT_COVERED] else None
    return Verification(gate=GATE, ok=ok, detail=detail)
