"""`python -m bench.observe`: what recording costs on real test suites, in CPU time beside the same run without.

The suites come with the source distributions of their packages. Each gets an environment of its own, kept in the cache
folder between runs. It reports; a missed bar is no failure.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from msgspec import Struct
from platformdirs import user_cache_path

from bench.measure import Command, CommandFailed, Run, side_by_side
from bench.report import load

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks-observe.md"
MAX_RATIO = 1.4


class Suite(Struct, frozen=True, kw_only=True):
    """A package, what its tests need beside it, and which of them run. They must pass on every Python."""

    package: str
    version: str
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


SUITES = (
    Suite(package="jinja2", version="3.1.6", needs=("trio",)),
    Suite(package="click", version="8.5.1"),
    Suite(
        package="attrs",
        version="26.1.0",
        needs=("hypothesis", "cloudpickle"),
        arguments=(
            "tests/test_make.py",
            "tests/test_funcs.py",
            "tests/test_validators.py",
            "--hypothesis-seed=1",
        ),
    ),
)


def main() -> int:
    """Measure, print the page, and return 1 when something could not be run."""
    parser = argparse.ArgumentParser(prog="python -m bench.observe", description=__doc__)
    parser.add_argument(
        "--python", action="append", metavar="PATH", help="an interpreter to measure on; repeat it"
    )
    parser.add_argument("--runs", type=int, default=5, help="counted runs with and without")
    parser.add_argument("--write", action="store_true", help=f"also write docs/{PAGE.name}")
    options = parser.parse_args()
    before = load()
    rows = []
    try:
        for python in options.python or [sys.executable]:
            for suite in SUITES:
                plain, observed = _measured(suite, python, options.runs)
                rows.append(_row(suite, python, plain, observed))
    except CommandFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"bench: {error}: {error.stderr.decode(errors='replace').strip()}", file=sys.stderr)
        return 1
    text = _page(rows, before)
    print(text, end="")
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def _measured(suite: Suite, python: str, runs: int) -> tuple[list[Run], list[Run]]:
    """The runs without and with the recorder, in turns. Raises CommandFailed and CalledProcessError."""
    folder, environment = _prepared(suite, python)
    test = (
        str(environment / "bin" / "python"),
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *suite.arguments,
    )
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
    name = f"{suite.package}, {_version(python)}"
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


def _prepared(suite: Suite, python: str) -> tuple[Path, Path]:
    """The unpacked source distribution, and an environment in which it is installed as editable."""
    home = user_cache_path("refactorkit-bench") / f"{suite.package}-{suite.version}-{_version(python)}"
    folder, environment = home / f"{suite.package}-{suite.version}", home / "venv"
    if not (home / "ready").exists():
        wanted = f"{suite.package}=={suite.version}"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(home)]
        _run([*pip, "--no-binary", suite.package, wanted])
        with tarfile.open(next(home.glob("*.tar.gz"))) as archive:
            archive.extractall(home, filter="data")
        _run([python, "-m", "venv", "--clear", str(environment)])
        install = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*install, "--editable", str(folder), "pytest", *suite.needs])
        (home / "ready").touch()
    return folder, environment


def _run(command: Sequence[str]) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def _version(python: str) -> str:
    return _run([python, "-c", "import platform; print(platform.python_version())"]).decode().strip()


def _row(suite: Suite, python: str, plain: Sequence[Run], observed: Sequence[Run]) -> str:
    ratio = median(other.cpu / one.cpu for one, other in zip(plain, observed, strict=True))
    cells = (
        f"{suite.package} {suite.version}",
        _version(python),
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
