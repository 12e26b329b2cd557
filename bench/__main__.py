"""`make bench`: refactorkit beside other tools on Prefect, one table. It reports; a missed bar is no failure."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import commands, subject, table
from bench.measure import CommandFailed, side_by_side
from bench.report import load, page
from refactorkit.demo import SubjectUnavailable

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
MIN_RUNS = 7


def main() -> int:
    """Measure, print the page, and return 1 when something could not be run."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="refactorkit-bench-") as scratch:
            slow = (0, 0) if options.quick else (options.ten_runs, options.libcst_runs)
            text = _measured(Path(scratch), options.runs, *slow)
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
        "--quick",
        action="store_true",
        help="leave out ten copies and the LibCST command, which takes minutes",
    )
    parser.add_argument("--runs", type=int, default=MIN_RUNS, help="counted runs of each quick command")
    parser.add_argument("--ten-runs", type=int, default=3, help="counted runs on ten copies of the subject")
    parser.add_argument("--libcst-runs", type=int, default=1, help="counted runs of the LibCST command")
    parser.add_argument("--write", action="store_true", help=f"also write {PAGE.parent.name}/{PAGE.name}")
    options = parser.parse_args()
    if min(options.runs, options.ten_runs, options.libcst_runs) < 1:
        parser.error("at least one run is needed")
    return options


def _measured(scratch: Path, runs: int, ten_runs: int, libcst_runs: int) -> str:
    load_before = load()
    files = subject.files()
    repository, bytecode = scratch / "repository", scratch / "bytecode"
    subject.lay_out(files, repository)
    subject.commit_everything(repository)
    own, grep = commands.refactorkit(repository, bytecode), commands.ast_grep(repository, bytecode)
    kept = commands.refactorkit_warm(repository, bytecode, scratch / "cache")
    ours, warm, theirs = side_by_side([own, kept, grep], runs, _note)
    rows = [
        table.memory_row(own, ours),
        table.warm_row(kept, warm, theirs),
        table.at_most_row(grep, theirs, ours),
    ]
    if ten_runs:
        subject.lay_out(subject.tenfold(files), scratch / "ten")
        subject.commit_everything(scratch / "ten")
        ten = commands.refactorkit_ten(scratch / "ten", bytecode)
        one_copy, ten_copies = side_by_side([own, ten], ten_runs, _note)
        rows.insert(2, table.ten_row(ten, ten_copies, one_copy))
    if libcst_runs:
        rename = commands.libcst_rename(scratch / "copy", files, bytecode)
        before, renames, after = side_by_side([own, rename, own], libcst_runs, _note, warm_ups=0)
        rows.append(table.faster_row(rename, renames, before, after))
    return page(rows, commands.versions(), subject.size(files), load_before)


def _note(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
