"""One site of a plan on a terminal: where it is, why it changes, and the change in colour."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import to_builtins

from refactorkit.model import Change, Finding, Plan
from refactorkit.report.hunks import Hunk, home, hunks, lines_of
from refactorkit.report.page import CYAN, GREEN, RED, Console, Part, blank, line, say

LONGEST = 60
"""Lines of a change that are shown; a screen holds fewer."""


def write_site(console: Console, plan: Plan, finding: Finding, count: str, kind: str) -> None:
    """Print a site with its change. `count` says which it is, `kind` of which kind."""
    blank(console)
    line(console, [(f"{finding.path}:{finding.line}", "bold"), "  ", (count, "dim"), "  ", (kind, CYAN)])
    say(console, finding.message)
    change = next(c for c in plan.changes if c.path == finding.path)
    found = hunks(change)
    at = home(found, finding)
    rows = list(_rows(change, found[at])) if at is not None else []
    for sign, text in rows[:LONGEST]:
        line(console, [_coloured(sign, text)], is_data=True)
    if len(rows) > LONGEST:
        line(console, [(f"... and {len(rows) - LONGEST} more lines", "dim")])


def _rows(change: Change, hunk: Hunk) -> Iterator[tuple[str, str]]:
    old, new = (lines_of(data or b"") for data in (change.before, change.after))
    for tag, i1, i2, j1, j2 in hunk.steps:
        if tag == "equal":
            yield from _signed(" ", old[i1:i2])
            continue
        yield from _signed("-", old[i1:i2])
        yield from _signed("+", new[j1:j2])


def _signed(sign: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in lines:
        yield sign, text


def _coloured(sign: str, text: str) -> Part:
    return f"{sign}{text}", {"+": GREEN, "-": RED}.get(sign, "")


def write_evidence(console: Console, finding: Finding, meaning: str) -> None:
    """Print all that is known about a site, and what its codemod is for."""
    for text in meaning.strip().split("\n"):
        line(console, [(f"  {text}", "dim")])
    evidence: Any = to_builtins(finding.evidence)
    for text in (
        json.dumps(evidence, indent=2).split("\n") if evidence else ["no evidence beside the message"]
    ):
        line(console, [f"  {text}"], is_data=True)


__all__ = ["write_evidence", "write_site"]
