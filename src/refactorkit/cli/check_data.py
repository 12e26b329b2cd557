"""`refactorkit check-data`."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from typing import Annotated

import typer

from refactorkit.stored_data import DEFAULT_CHUNK, DEFAULT_TYPE, StoredDataError, check_stored_data


class OutputFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def check_data(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="The database: an SQLAlchemy URL, or the path of a sqlite file."),
    ],
    table: Annotated[
        str, typer.Option(metavar="T", help="The table or view; `schema.table` outside the search path.")
    ],
    column: Annotated[list[str], typer.Option(metavar="C", help="A text column; repeat it for several.")],
    type_name: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="The stricter type: HttpUrl, AnyHttpUrl or AnyUrl.")
    ] = DEFAULT_TYPE,
    output_format: Annotated[
        OutputFormat, typer.Option(metavar="FORMAT", help="What is written to stdout: text or json.")
    ] = OutputFormat.TEXT,
    limit: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Rows of each kind that the text shows; counts are complete."),
    ] = 50,
    chunk: Annotated[
        int, typer.Option(min=1, metavar="N", help="Rows held in memory at once.")
    ] = DEFAULT_CHUNK,
) -> None:
    """Check stored values against a stricter URL type. Reads only.

    Lists the values that the type would reject and those that it would change, with their primary keys.

    Exit codes: 0 none rejected, 1 some rejected, 2 the database, table or column can't be read.
    """
    # Here, because rich takes longer to load than the help of any other command.
    from refactorkit.stored_data.report import Progress, write_json, write_text

    try:
        with Progress() as progress:
            result = check_stored_data(
                url, table, column, type_name=type_name, chunk=chunk, progress=progress
            )
    except StoredDataError as error:
        typer.echo(f"refactorkit: {error}", err=True)
        raise typer.Exit(2) from None
    if isinstance(
        sys.stdout, io.TextIOWrapper
    ):  # a value may hold letters that the terminal's encoding lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    if output_format is OutputFormat.JSON:
        write_json(result, sys.stdout)
    else:
        write_text(result, sys.stdout, limit=limit)
    raise typer.Exit(1 if len(result.rejected) else 0)
