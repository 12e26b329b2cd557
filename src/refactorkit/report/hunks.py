"""The places at which a file changes, with some lines around them, and what was found at each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from refactorkit.model import Change, Finding
from refactorkit.splice import Opcode, opcodes

CONTEXT = 3
"""Lines around a change, as in a unified diff."""
LINE_END = re.compile(r"\r\n|\r|\n")


class Hunk(Struct, frozen=True):
    """A place where a file changes: its lines before the change (`last` < `first` for none), and the steps from old to new."""

    first: int
    last: int
    steps: list[Opcode]


def lines_of(data: bytes) -> list[str]:
    """The lines of a file without their ends, counted as findings count them."""
    lines = LINE_END.split(data.decode("utf-8", "surrogateescape"))
    return lines if lines[-1] else lines[:-1]


def hunks(change: Change) -> list[Hunk]:
    """The places at which a file changes; one without steps where only line ends differ."""
    old, new = (lines_of(data or b"") for data in (change.before, change.after))
    if old == new:
        return [Hunk(1, len(old), [])]
    raw = ([line.encode("utf-8", "surrogateescape") for line in lines] for lines in (old, new))
    return [Hunk(steps[0][1] + 1, steps[-1][2], steps) for steps in _grouped(opcodes(*raw))]


def home(found: Sequence[Hunk], finding: Finding) -> int | None:
    """Which of the hunks has a finding's lines, or is the nearest to them; None when there is no hunk."""

    def distance(number: int) -> int:
        return max(found[number].first - finding.end_line, finding.line - found[number].last, 0)

    return min(range(len(found)), key=distance, default=None)


def _grouped(steps: Sequence[Opcode]) -> list[list[Opcode]]:
    """What changes, with up to CONTEXT equal lines around; changes that are nearer together share those between."""
    groups: list[list[Opcode]] = []
    for tag, i1, i2, j1, j2 in steps:
        if tag != "equal":
            if not groups:
                groups.append([])
            groups[-1].append((tag, i1, i2, j1, j2))
        elif not groups:
            lead = min(CONTEXT, i2 - i1)
            groups.append([("equal", i2 - lead, i2, j2 - lead, j2)])
        elif i2 - i1 <= 2 * CONTEXT:
            groups[-1].append(("equal", i1, i2, j1, j2))
        else:
            groups[-1].append(("equal", i1, i1 + CONTEXT, j1, j1 + CONTEXT))
            groups.append([("equal", i2 - CONTEXT, i2, j2 - CONTEXT, j2)])
    if groups and groups[-1][-1][0] == "equal":
        tag, i1, i2, j1, j2 = groups[-1].pop()
        if groups[-1]:
            kept = min(CONTEXT, i2 - i1)
            groups[-1].append((tag, i1, i1 + kept, j1, j1 + kept))
    return [group for group in groups if any(step[0] != "equal" for step in group)]
