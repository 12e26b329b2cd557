"""The measurements as Markdown tables, aligned so that they read well on a terminal too, and the bars."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from msgspec import Struct

from bench.measure import Command, Run

MIB = 1024 * 1024
COSTS = ("command", "runs", "wall min s", "wall median s", "CPU median s", "peak MiB", "measured", "bar", "")
"""The headings of a table with one command a row."""


class Verdict(Struct, frozen=True):
    """What was measured against a bar, in words. `met` is None where there is no bar."""

    measured: str
    bar: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str]:
        """For the last three columns of a table."""
        return self.measured, self.bar, {True: "met", False: "**missed**", None: ""}[self.met]


class Section(Struct, frozen=True, kw_only=True):
    """A part of the page: one table, what it is about, and the commands in it."""

    title: str
    text: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    commands: tuple[Command, ...] = ()


def at_most(value: float, limit: float, unit: str, what: str = "") -> Verdict:
    """A figure that has an upper bar."""
    digits = 0 if limit >= 100 else 2
    said = f"{what}{value:.{digits}f} {unit}"
    return Verdict(said, f"≤ {limit:g} {unit}", value <= limit)


def times(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    """How many times their wall time ours is: the median of neighbouring runs, or of medians when they have fewer."""
    if len(ours) == len(theirs):
        return median(own.wall / other.wall for own, other in zip(ours, theirs, strict=True))
    return median(run.wall for run in ours) / median(run.wall for run in theirs)


def slower(name: str, theirs: Sequence[Run], ours: Sequence[Run], least: float = 1.0) -> Verdict:
    """A tool that refactorkit has to be faster than, or `least` times as fast."""
    ratio = 1 / times(ours, theirs)
    said = f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
    if any(run.was_stopped for run in theirs):
        return Verdict(
            f"had taken {said} times the wall time of {name} when it was stopped",
            f"≥ {least:g} times",
            ratio >= least,
        )
    return Verdict(f"takes {said} times the wall time of {name}", f"≥ {least:g} times", ratio >= least)


def costs(command: Command, runs: Sequence[Run], verdict: Verdict) -> tuple[str, ...]:
    """A row of a table with `COSTS` as its headings. Peaks are the highest of all runs, times are per run."""
    walls = [run.wall for run in runs]
    least = "> " if any(run.was_stopped for run in runs) else ""
    return (
        command.name,
        str(len(runs)),
        f"{least}{min(walls):.2f}",
        f"{least}{median(walls):.2f}",
        f"{median(run.cpu for run in runs):.2f}",
        f"{max(run.peak for run in runs) / MIB:.0f}",
        *verdict.cells,
    )


def render(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table."""
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    rule = tuple("-" * max(width, 3) for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (lines[0], rule, *lines[1:])
    )
