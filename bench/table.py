"""The measurements as one Markdown table, aligned so that it reads well on a terminal too."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from msgspec import Struct

from bench.measure import Command, Run

MIB = 1024 * 1024
MAX_PEAK_MIB = 120
MAX_TIMES_AST_GREP = 2.5
MAX_TIMES_AST_GREP_WARM = 1.0
MAX_TIMES_ONE_COPY = 11
MAX_PEAK_TEN_COPIES_MIB = 500
MIN_TIMES_FASTER_THAN_LIBCST = 80
HEADINGS = (
    "command",
    "runs",
    "wall min s",
    "wall median s",
    "CPU median s",
    "peak MiB",
    "measured",
    "bar",
    "",
)


class Row(Struct, frozen=True, kw_only=True):
    """One command, what its runs cost, and what they say about one bar."""

    command: Command
    runs: Sequence[Run]
    measured: str
    bar: str
    met: bool


def memory_row(command: Command, runs: Sequence[Run]) -> Row:
    """The bar for memory, which the largest process of any run has to keep."""
    peak = max(run.peak for run in runs) / MIB
    return Row(
        command=command,
        runs=runs,
        measured=f"largest process {peak:.0f} MiB",
        bar=f"≤ {MAX_PEAK_MIB} MiB",
        met=peak <= MAX_PEAK_MIB,
    )


def at_most_row(command: Command, runs: Sequence[Run], ours: Sequence[Run]) -> Row:
    """The bar against a tool that is faster: how many times its wall time ours is, run for run."""
    times = median(own.wall / other.wall for own, other in zip(ours, runs, strict=True))
    return Row(
        command=command,
        runs=runs,
        measured=f"refactorkit takes {times:.2f} times its wall time",
        bar=f"≤ {MAX_TIMES_AST_GREP} times",
        met=times <= MAX_TIMES_AST_GREP,
    )


def warm_row(command: Command, runs: Sequence[Run], theirs: Sequence[Run]) -> Row:
    """The bar for a run that finds everything in the cache: its wall time against the faster tool's, run for run."""
    times = median(own.wall / other.wall for own, other in zip(runs, theirs, strict=True))
    return Row(
        command=command,
        runs=runs,
        measured=f"{times:.2f} times the wall time of ast-grep",
        bar=f"≤ {MAX_TIMES_AST_GREP_WARM:.0f} times",
        met=times <= MAX_TIMES_AST_GREP_WARM,
    )


def ten_row(command: Command, runs: Sequence[Run], one: Sequence[Run]) -> Row:
    """The bar for ten copies: how many times the wall time of one they take, run for run, and how much memory."""
    times = median(own.wall / other.wall for own, other in zip(runs, one, strict=True))
    peak = max(run.peak for run in runs) / MIB
    return Row(
        command=command,
        runs=runs,
        measured=f"{times:.1f} times the wall time of one copy, largest process {peak:.0f} MiB",
        bar=f"≤ {MAX_TIMES_ONE_COPY} times, ≤ {MAX_PEAK_TEN_COPIES_MIB} MiB",
        met=times <= MAX_TIMES_ONE_COPY and peak <= MAX_PEAK_TEN_COPIES_MIB,
    )


def faster_row(command: Command, runs: Sequence[Run], before: Sequence[Run], after: Sequence[Run]) -> Row:
    """The bar against a tool that is slower: how many times faster the runs of ours just before and after each are.

    It takes minutes, so it has fewer runs, and the machine may have changed since the others were made.
    """
    times = median(
        2 * run.wall / (earlier.wall + later.wall)
        for run, earlier, later in zip(runs, before, after, strict=True)
    )
    return Row(
        command=command,
        runs=runs,
        measured=f"refactorkit is {times:.0f} times faster",
        bar=f"≥ {MIN_TIMES_FASTER_THAN_LIBCST} times",
        met=times >= MIN_TIMES_FASTER_THAN_LIBCST,
    )


def render(rows: Sequence[Row]) -> str:
    """The table. Peaks are the highest of all runs, times are per run."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = tuple("-" * max(width, 3) for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def _cells(row: Row) -> tuple[str, ...]:
    walls = [run.wall for run in row.runs]
    return (
        row.command.name,
        str(len(row.runs)),
        f"{min(walls):.2f}",
        f"{median(walls):.2f}",
        f"{median(run.cpu for run in row.runs):.2f}",
        f"{max(run.peak for run in row.runs) / MIB:.0f}",
        row.measured,
        row.bar,
        "met" if row.met else "missed",
    )
