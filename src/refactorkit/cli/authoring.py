"""`refactorkit new` and `test`: for those who write codemods."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli import completion

NEW_EPILOG = """
Examples:
  A codemod that works, in the folder codemods/ of this project, and its cases:
    refactorkit new logging-warn
    refactorkit test codemods
"""
TEST_EPILOG = """
DIR is one of:
  a folder of codemods, with golden/ in it or beside it
  a folder with codemods/ and golden/
  a folder of cases: DIR/logging_warn/CASE/before/

Exit codes:
  0    every case holds
  1    some don't, or a documentation page is not current
  2    there are none

Examples:
  refactorkit test codemods
  refactorkit test codemods logging-warn --update
"""


def new_codemod(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its id: lower case, with dashes.")],
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The folder of codemods to write it to; default codemods.", show_default=False)] = Path("codemods"),
) -> None:  # fmt: skip
    """Write a codemod that works, two golden cases and its documentation page, to go on from.

    Golden cases go to golden/ in the folder, or beside it where there is one. Nothing is overwritten.
    """
    from refactorkit.config import ConfigError
    from refactorkit.scaffold import scaffold

    try:
        written = scaffold(name, folder)
    except (ConfigError, OSError) as error:
        print(f"refactorkit: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    for path in written:
        typer.echo(f"wrote  {path}")
    typer.echo("\nTo go on:")
    typer.echo(f"  refactorkit test {folder}    # runs its cases; --update rewrites what must come out")
    typer.echo(f'  codemods-folder = "{folder}"    # in a file for --config: apply, list and explain find it')


def run_golden_cases(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The folder; default golden, for its cases alone.", show_default=False)] = None,
    identifier: Annotated[str | None, typer.Argument(metavar="[ID]", autocompletion=completion.codemod, help="Only this codemod's cases.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Rewrite what must come out, and show what is different.")] = False,
    config_file: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings from this TOML file, which may name a folder of codemods.")] = None,
) -> None:  # fmt: skip
    """Run golden cases: what goes in, what must come out, and every promise on the way.

    Naming a folder of codemods runs the code in it.
    """
    from refactorkit.cli.golden_cases import run_cases
    from refactorkit.cli.listing import codemods_of
    from refactorkit.config import ConfigError

    try:
        code = run_cases(folder, identifier, update, codemods_of(config_file))
    except ConfigError as error:
        print(f"refactorkit: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(code)
