"""The figures of `bench.recover` as a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.recover import Judged, Tally


def page(tallies: Sequence[Tally]) -> str:
    """The page, in Markdown."""
    rows = [_row(tally) for tally in tallies]
    head = ["subject", "tries", "one statement", "narrowed", "recall", "precision", "coverage"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *rows, ""]
    missed = [one for tally in tallies for one in tally.counted() if one.is_proved and one.missed]
    lines += ["## Missed", "", *(_missed(one) for one in missed)]
    return "\n".join(lines) + "\n"


def _row(tally: Tally) -> str:
    counted = tally.counted()
    cells = [
        tally.subject,
        str(len(counted)),
        str(sum(one.statements == 1 for one in counted)),
        str(sum(one.is_proved for one in counted)),
        *(_share(*part) for part in (tally.recall(), tally.precision(), tally.coverage())),
    ]
    return "| " + " | ".join(cells) + " |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "none"


def _missed(one: Judged) -> str:
    return f"- `{one.place}`: {', '.join(one.missed)}; ours: {', '.join(one.ours)}"
