"""What sync-wrapper has to say about each pair, as findings by file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from refactorkit.analysis.pair_comparison import Difference
from refactorkit.analysis.pair_reasons import Reason, Relation
from refactorkit.analysis.pair_verdicts import Verdict
from refactorkit.analysis.pairs import Half, Unpaired
from refactorkit.model import Finding, Level, Status

SHOWN = 20
"""How many differences the evidence holds at most."""


class Ledger:
    """Findings by path, one for each pair and for each other range of lines that changes."""

    def __init__(self) -> None:
        self.by_path: dict[str, list[Finding]] = {}

    def of(self, path: str) -> tuple[Finding, ...]:
        """The findings of a file, in the order of their places."""
        return tuple(sorted(self.by_path.get(path, ()), key=lambda f: (f.line, f.column)))

    def changed(self, verdict: Verdict, level: Level, message: str, is_core: bool) -> None:
        """A pair that is collapsed."""
        pair = verdict.pair
        assert pair is not None
        half = pair.twin if is_core and verdict.relation is Relation.TRIVIAL_ASYNC else pair.sync
        if verdict.notes:
            message = f"{message}; {'; '.join(verdict.notes)}"
        self._found(half, Status.CHANGED, level, None, message, evidence_of(verdict))

    def pair(
        self,
        verdict: Verdict,
        status: Status,
        level: Level,
        reason: str,
        message: str,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """A pair that stays; `more` is added to its evidence."""
        assert verdict.pair is not None
        evidence = {**evidence_of(verdict), **(more or {})}
        self._found(verdict.pair.sync, status, level, reason, message, evidence)

    def left(self, verdict: Verdict, reason: str, message: str, lines: tuple[int, int]) -> None:
        """A pair that this run was not to look at; `lines` are those of the half that could have changed."""
        assert verdict.pair is not None
        half = structs.replace(verdict.pair.sync, first=lines[0], last=lines[1])
        self._found(half, Status.UNCHANGED, Level.BOUNDARY, reason, message, evidence_of(verdict))

    def unpaired(self, one: Unpaired, is_wrapper: bool) -> None:
        """A decorated function without an async half beside it, which may wrap one of another module."""
        if is_wrapper:
            evidence: dict[str, Any] = {
                "pair": [one.half.name, one.twin],
                "relation": Relation.BRIDGE.value,
                "differences": [],
            }
            said = "the sync half runs the async one of another module already"
            self._found(one.half, Status.UNCHANGED, Level.BOUNDARY, Reason.ALREADY_A_BRIDGE, said, evidence)
            return
        evidence = {"pair": [one.half.name, None], "relation": None, "differences": []}
        self._found(one.half, Status.REFUSED, Level.BOUNDARY, Reason.NO_ASYNC_HALF, one.why, evidence)

    def call(self, path: str, line: int, message: str) -> None:
        """A call that changes with the function that it calls."""
        finding = Finding(
            path=path,
            line=line,
            column=0,
            end_line=line,
            status=Status.CHANGED,
            level=Level.PROVED,
            message=message,
        )
        self.by_path.setdefault(path, []).append(finding)

    def deleted(self, path: str, span: tuple[int, int], name: str) -> None:
        """A function that goes, because only old bodies called it."""
        finding = Finding(
            path=path,
            line=span[0],
            column=0,
            end_line=span[1],
            status=Status.CHANGED,
            level=Level.PROVED,
            message=f"{name} goes, because nothing calls it any more",
            evidence={"helper": name},
        )
        self.by_path.setdefault(path, []).append(finding)

    def _found(
        self,
        half: Half,
        status: Status,
        level: Level,
        reason: str | None,
        message: str,
        evidence: dict[str, Any],
    ) -> None:
        finding = Finding(
            path=half.path,
            line=half.first,
            column=0,
            end_line=half.last,
            status=status,
            level=level,
            reason=str(reason) if reason else None,
            message=message,
            evidence=evidence,
        )
        self.by_path.setdefault(half.path, []).append(finding)


def evidence_of(verdict: Verdict) -> dict[str, Any]:
    """`pair`, `relation`, `differences`, and what the equality rests on."""
    assert verdict.pair is not None
    evidence: dict[str, Any] = {
        "pair": verdict.pair.names,
        "relation": verdict.relation.value,
        "differences": [difference_of(d) for d in verdict.differences[:SHOWN]],
    }
    if verdict.compared.rules:
        evidence["rules"] = list(verdict.compared.rules)
    if verdict.rests_on:
        evidence["rests_on"] = sorted({name for _, name, _ in verdict.rests_on})
    return evidence


def difference_of(difference: Difference) -> dict[str, Any]:
    """Both sides of a difference: lines (0 for nothing) and source."""
    return {
        "sync_line": difference.sync_line,
        "sync": difference.sync,
        "async_line": difference.twin_line,
        "async": difference.twin,
    }
