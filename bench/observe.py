"""`python -m bench.observe`: what recording costs on real test suites, in CPU time beside the same run without.

The suites come with the source distributions of their packages. Each gets an environment of its own, kept in the cache
folder between runs. It reports; a missed bar is no failure.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.measure import Command, CommandFailed, Run, side_by_side
from bench.packages import Unavailable
from bench.report import load
from bench.sdists import ATTRS, CLICK, JINJA, Suite, laid_out, version

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks-observe.md"
MAX_RATIO = 1.4


SUITES = (JINJA, CLICK, ATTRS)
"""Suites that pass on every Python."""


def main() -> int:
    """Measure, print the page, and return 1 when something could not be run."""
    parser = argparse.ArgumentParser(prog="python -m bench.observe", description=__doc__)
    parser.add_argument(
        "--python", action="append", metavar="PATH", help="an interpreter to measure on; repeat it"
    )
    parser.add_argument(
        "--suite",
        action="append",
        choices=[suite.package for suite in SUITES],
        help="only this one; repeat it",
    )
    parser.add_argument("--runs", type=int, default=5, help="counted runs with and without")
    parser.add_argument("--write", action="store_true", help=f"also write docs/{PAGE.name}")
    options = parser.parse_args()
    if options.write and options.suite:
        parser.error("--write is for all suites")
    suites = [suite for suite in SUITES if suite.package in (options.suite or [s.package for s in SUITES])]
    before = load()
    rows = []
    try:
        for python in options.python or [sys.executable]:
            for suite in suites:
                plain, observed = _measured(suite, python, options.runs)
                rows.append(_row(suite, python, plain, observed))
    except (CommandFailed, Unavailable) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    text = _page(rows, before)
    print(text, end="")
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def _measured(suite: Suite, python: str, runs: int) -> tuple[list[Run], list[Run]]:
    """The runs without and with the recorder, in turns. Raises CommandFailed and CalledProcessError."""
    laid = laid_out(suite, python)
    folder, test = laid.folder, laid.pytest()
    recording = folder.parent / "observed.json"
    recording.unlink(missing_ok=True)
    observe = (
        sys.executable,
        "-m",
        "refactorkit",
        "observe",
        "--root",
        str(folder),
        "--output",
        str(recording),
        "--",
    )
    name = f"{suite.package}, {version(python)}"
    plain = Command(
        name=name, shown="pytest", arguments=test, folder=folder, bytecode=folder.parent / "bytecode"
    )
    observed = Command(
        name=f"{name}, observed",
        shown="refactorkit observe -- pytest",
        arguments=(*observe, *test),
        folder=folder,
        bytecode=plain.bytecode,
    )
    first, second = side_by_side([plain, observed], runs, lambda line: print(line, file=sys.stderr))
    return first, second


def _row(suite: Suite, python: str, plain: Sequence[Run], observed: Sequence[Run]) -> str:
    ratio = median(other.cpu / one.cpu for one, other in zip(plain, observed, strict=True))
    cells = (
        f"{suite.package} {suite.version}",
        version(python),
        str(len(plain)),
        f"{median(run.cpu for run in plain):.2f}",
        f"{median(run.cpu for run in observed):.2f}",
        f"{ratio - 1:+.0%}",
        "met" if ratio <= MAX_RATIO else "missed",
    )
    return f"| {' | '.join(cells)} |"


def _page(rows: Sequence[str], before: float | None) -> str:
    headings = (
        "suite",
        "Python",
        "runs",
        "CPU s",
        "CPU s observed",
        "difference",
        f"bar +{MAX_RATIO - 1:.0%}",
    )
    busy = "" if before is None else f" Load average before the first run: {before:.1f}."
    return "\n".join(
        [
            "# What `refactorkit observe` costs",
            "",
            "`python -m bench.observe --python python3.12 --python python3.13 --write` measures this and writes the page.",
            "",
            f"| {' | '.join(headings)} |",
            f"|{' --- |' * len(headings)}",
            *rows,
            "",
            "CPU is user and system time with all children: the medians, and the median of the differences of neighbouring",
            "runs. The runs with and without recording take turns, after a warm-up each. The start of refactorkit itself, which",
            f"parses the project, is in it. Measured on {platform.system()} {platform.machine()}.{busy}",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
