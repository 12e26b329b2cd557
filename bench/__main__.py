"""`make bench`: refactorkit beside other tools on Prefect, the scoreboard. It reports; a missed bar is no failure."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import commands, subject
from bench.measure import CommandFailed
from bench.report import load, page
from bench.sections import SECTIONS, Plan
from refactorkit.demo import SubjectUnavailable

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
COPIES = (1, 3, 10)


def main() -> int:
    """Measure, print the page, and return 1 when something could not be run."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="refactorkit-bench-") as scratch:
            text = _measured(Path(scratch), options)
    except (CommandFailed, SubjectUnavailable) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"bench: {error}: {error.stderr.decode(errors='replace').strip()}", file=sys.stderr)
        return 1
    print(text, end="")
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one copy, and without the tools that take minutes"
    )
    parser.add_argument(
        "--only", action="append", choices=SECTIONS, help="only this section; may be repeated"
    )
    parser.add_argument(
        "--codemod", action="append", choices=commands.codemods(), help="only this codemod; may be repeated"
    )
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each quick command")
    parser.add_argument("--slow-runs", type=int, default=1, help="counted runs of what takes minutes")
    parser.add_argument(
        "--copies", type=int, action="append", help="so many copies in `scale`; may be repeated"
    )
    parser.add_argument("--write", action="store_true", help=f"also write {PAGE.parent.name}/{PAGE.name}")
    options = parser.parse_args()
    if min(options.runs, options.slow_runs, *(options.copies or [1])) < 1:
        parser.error("at least one run of at least one copy is needed")
    if options.write and (options.quick or options.only or options.codemod or options.copies):
        parser.error("--write is for the whole scoreboard")
    return options


def _measured(scratch: Path, options: argparse.Namespace) -> str:
    load_before = load()
    files = subject.files()
    plan = Plan(
        scratch=scratch,
        files=files,
        runs=min(options.runs, 3) if options.quick else options.runs,
        slow_runs=0 if options.quick else options.slow_runs,
        copies=tuple(options.copies or ((1,) if options.quick else COPIES)),
        codemods=tuple(options.codemod or commands.codemods()),
        note=_note,
    )
    sections = [SECTIONS[name](plan) for name in SECTIONS if name in (options.only or SECTIONS)]
    return page(sections, commands.versions(), subject.size(files), load_before)


def _note(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
