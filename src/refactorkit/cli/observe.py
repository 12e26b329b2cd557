"""`refactorkit observe`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli.manual import CHECKED, OUTPUT

EPILOG = """
Exit codes:
  those of CMD; 128 + N when signal N ended it
  2    CMD can't be run, or the recording not be kept

Examples:
  What arrives at the broad handlers while the tests run?
    refactorkit observe -- pytest -n auto
  The same program again in another way adds to it:
    refactorkit observe -- python -m shop.import catalogue.csv
  Handlers that the recordings settle:
    refactorkit apply narrow-except src/ --level observed
"""


def observe(
    command: Annotated[list[str], typer.Argument(metavar="CMD...", help="The command with its arguments, after `--`.")],
    root: Annotated[Path | None, typer.Option(metavar="DIR", help="The project: handlers in its files are recorded. Default: the git repository around, or this folder.", rich_help_panel=CHECKED)] = None,
    tests: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="What is a test, so that types defined there don't count: a file name pattern, or a folder with `/`. Repeat it for several. Default: test_*.py, *_test.py, conftest.py and tests/.", rich_help_panel=CHECKED)] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="The recording; what is there is added to. Default: .refactorkit/observed.json in the project, which git ignores.", rich_help_panel=OUTPUT)] = None,
) -> None:  # fmt: skip
    """Record which exceptions really arrive at each broad handler while a command runs.

    Its output, its exit code and its signals stay as they are. Every CPython from 3.11 on that it starts is recorded,
    without being installed there; the recording is what `--level observed` of narrow-except goes by.
    """
    from refactorkit.cli.observing import run_observed

    raise typer.Exit(run_observed(command, root, tests, output))
