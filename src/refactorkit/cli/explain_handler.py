"""`refactorkit explain-handler`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli.manual import CHECKED, OUTPUT

EPILOG = """
Exit codes:
  0    done
  2    input that can't be worked on; an internal error
  130  interrupted

Examples:
  What can arrive at this handler, and why does it stay?
    refactorkit explain-handler src/app/io.py:41
  The same, when nobody outside of the project inherits from its classes:
    refactorkit explain-handler src/app/io.py:41 -o closed-world=true
"""


class Format(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def explain_handler(
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="A line of the handler: that of its `except`, or any below.")],
    option: Annotated[list[str] | None, typer.Option("-o", "--option", metavar="KEY=VALUE", help="An option of narrow-except. Repeat it for several.", rich_help_panel=CHECKED)] = None,
    python: Annotated[Path | None, typer.Option(metavar="PATH", help="The project's interpreter, for what its packages raise; default its .venv, then VIRTUAL_ENV. It isn't run.", rich_help_panel=CHECKED)] = None,
    output_format: Annotated[Format, typer.Option("--format", metavar="FORMAT", help="What is written to stdout: text or json.", rich_help_panel=OUTPUT)] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result to a file instead.", rich_help_panel=OUTPUT)] = None,
) -> None:  # fmt: skip
    """Show what can arrive at one broad handler, through which calls, what isn't known, and what would be written.

    Reads the files on the disk. Nothing is written or run.
    """
    from refactorkit.cli.showing_handler import show

    raise typer.Exit(show(place, option or [], output_format.value, output, python))
