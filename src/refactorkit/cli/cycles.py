"""`refactorkit cycles`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli.manual import CHECKED, OUTPUT

EPILOG = """
Exit codes:
  0    done, also when there are cycles
  1    there is a cycle (--check)
  2    input that can't be worked on; an internal error
  3    done, but some files could not be read
  130  interrupted

Examples:
  Which cycles are there, and what is cheapest to cut?
    refactorkit cycles src/
  A picture:
    refactorkit cycles src/ --format svg --output cycles.svg
  In continuous integration:
    refactorkit cycles src/ --check
"""


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"
    JSON = "json"


def cycles(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders; a cycle shows when one of its modules is there.")],
    with_deferred: Annotated[bool, typer.Option("--with-deferred", help="Also the cycles that imports inside of functions would close at the top.", rich_help_panel=CHECKED)] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if there is a cycle.", rich_help_panel=CHECKED)] = False,
    output_format: Annotated[Format, typer.Option("--format", metavar="FORMAT", help="What is written to stdout: text, mermaid, svg or json.", rich_help_panel=OUTPUT)] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result to a file instead.", rich_help_panel=OUTPUT)] = None,
) -> None:  # fmt: skip
    """Show the import cycles of a project, and for each the cheapest imports to cut.

    Reads the commit HEAD, or the disk outside of git. Nothing is written or run.
    """
    from refactorkit.cli.showing_cycles import show

    raise typer.Exit(show(paths, output_format.value, output, with_deferred, check))
