"""`refactorkit check-data`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from refactorkit.cli import completion
from refactorkit.cli.manual import CHECKED, OUTPUT, RUNNING, WHERE
from refactorkit.stored_data import (
    DEFAULT_CHUNK,
    DEFAULT_TYPE,
    Fixed,
    StoredData,
    StoredDataError,
    check_stored_data,
    fix_stored_data,
)

EPILOG = """
Exit codes:
  0    no value is rejected
  1    some are rejected, or changed while --fix wrote
  2    the database can't be read or written as asked
  130  interrupted

Examples:
  Which values would the type reject or change?
    refactorkit check-data sqlite:///app.db --table book --column cover
  Write the changed ones, all in one transaction, after a question:
    refactorkit check-data app.db --table book --column cover --fix
  A large table in production, in short transactions, without a question:
    refactorkit check-data "$URL" --table book --column cover \\
      --fix --yes --batch 10000
"""


class OutputFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def check_data(
    url: Annotated[str, typer.Argument(metavar="URL", help="The database: an SQLAlchemy URL, or the path of a sqlite file.")],
    table: Annotated[str, typer.Option(metavar="T", help="The table or view; `schema.table` outside the search path.", rich_help_panel=CHECKED)],
    column: Annotated[list[str], typer.Option(metavar="C", help="A text column; repeat it for several.", rich_help_panel=CHECKED)],
    type_name: Annotated[str, typer.Option("--type", metavar="TYPE", autocompletion=completion.url_type, help="The stricter type: HttpUrl, AnyHttpUrl or AnyUrl.", rich_help_panel=CHECKED)] = DEFAULT_TYPE,
    fix: Annotated[bool, typer.Option("--fix", help="Write the values that the type would change, in one transaction; never those that it rejects.", rich_help_panel=WHERE)] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --fix: write without asking.", rich_help_panel=WHERE)] = False,
    batch: Annotated[int | None, typer.Option(min=1, metavar="N", help="With --fix: a transaction for each N values; when interrupted, run again for the rest.", rich_help_panel=WHERE)] = None,
    output_format: Annotated[OutputFormat, typer.Option(metavar="FORMAT", help="What is written to stdout: text or json.", rich_help_panel=OUTPUT)] = OutputFormat.TEXT,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Rows of each kind that the text shows; counts are complete.", rich_help_panel=OUTPUT)] = 50,
    chunk: Annotated[int, typer.Option(min=1, metavar="N", help="Rows held in memory at once.", rich_help_panel=RUNNING)] = DEFAULT_CHUNK,
) -> None:  # fmt: skip
    """Check stored values against a stricter URL type, and with --fix write those that it would only change.

    Lists the values that the type would reject and those that it would change, with their primary keys. Without --fix
    nothing is written.
    """
    # Here, because rich takes longer to load than the help of any other command.
    from refactorkit.stored_data.report import Progress, write_fixed, write_json, write_text

    try:
        _check_flags(fix, yes, batch)
        with Progress("rows read") as progress:
            result = check_stored_data(url, table, column, type_name=type_name, chunk=chunk, fix=fix, progress=progress)  # fmt: skip
        if isinstance(
            sys.stdout, io.TextIOWrapper
        ):  # a value may hold letters that the terminal's encoding lacks
            sys.stdout.reconfigure(errors="backslashreplace")
        is_text = output_format is OutputFormat.TEXT
        if is_text:
            write_text(result, sys.stdout, limit=limit)
        fixed = Fixed() if fix else None
        if result.repairs and (yes or _agreed(result)):
            with Progress("values written") as progress:
                fixed = _written(url, result, batch, progress)
        if not is_text:
            write_json(result, sys.stdout, fixed)
        elif fixed is not None:
            write_fixed(result, fixed, sys.stdout, limit=limit)
    except StoredDataError as error:
        typer.echo(f"refactorkit: {error}", err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(1 if len(result.rejected) or (fixed is not None and len(fixed.left)) else 0)


def _check_flags(fix: bool, yes: bool, batch: int | None) -> None:
    """Flags that contradict each other. Raises StoredDataError."""
    if not fix and (yes or batch is not None):
        raise StoredDataError(f"{'--yes' if yes else '--batch'} has no meaning without --fix: add it")
    if fix and not yes and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise StoredDataError(
            "--fix writes, and nobody can be asked here: add --yes, or leave --fix out to see what it would write"
        )


def _agreed(result: StoredData) -> bool:
    """Ask on the terminal."""
    count = len(result.repairs or ())
    values = "1 normalised value" if count == 1 else f"{count} normalised values"
    question = f"Write {values} to {result.table} in {result.database}?"
    return typer.confirm(question, default=False, err=True)


def _written(url: str, result: StoredData, batch: int | None, progress: Callable[[int], None]) -> Fixed:
    """What `fix_stored_data` wrote. When batches are interrupted, a line says what becomes of those that are written."""
    try:
        return fix_stored_data(url, result, batch=batch, progress=progress)
    except KeyboardInterrupt:
        if batch is not None:
            line = "refactorkit: what is written so far stays: run the same command again for the rest"
            typer.echo(line, err=True)
        raise
