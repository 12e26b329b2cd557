"""`refactorkit list`, `explain`, `schema`, `demo`, `test` and `cache`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli import completion

CONFIG = typer.Option(
    "--config", metavar="FILE", help="Settings from this TOML file, which may name a folder of codemods."
)


def _stop(message: str, code: int = 2) -> typer.Exit:
    print(f"refactorkit: {message}", file=sys.stderr)
    return typer.Exit(code)


def codemods_of(config_file: Path | None) -> Path | None:
    """The folder of codemods that the file names. Raises ConfigError."""
    if config_file is None:
        return None

    from refactorkit.application import codemods_folder

    return codemods_folder(config_file)


def list_codemods(
    recipe: Annotated[str | None, typer.Argument(metavar="[RECIPE.toml]", help="Only those that a recipe names.", show_default=False)] = None,
    config_file: Annotated[Path | None, CONFIG] = None,
) -> None:  # fmt: skip
    """List the codemods with one line each."""
    from refactorkit import catalogue
    from refactorkit.config import ConfigError

    if recipe is not None:
        from refactorkit.recipe import is_recipe

        if not is_recipe(recipe):
            raise _stop(f"{recipe} is no recipe: name a file that ends in .toml, or leave it out")
        _show_recipe(recipe, config_file, is_brief=True)
        return
    try:
        folder = codemods_of(config_file)
        identifiers = catalogue.identifiers(folder)
    except ConfigError as error:
        raise _stop(str(error)) from None
    width = max(map(len, identifiers), default=0)
    for identifier in identifiers:
        try:
            item = catalogue.listed(identifier, folder)
        except ConfigError as error:  # the others can still be used
            typer.echo(f"refactorkit: {error}", err=True)
            continue
        typer.echo(f"{item.id.ljust(width)}  {item.summary}")


def explain(
    identifier: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.codemod, help="A codemod, see `refactorkit list`; or RECIPE.toml.")],
    config_file: Annotated[Path | None, CONFIG] = None,
) -> None:  # fmt: skip
    """Explain a codemod: what it does and why, what it leaves alone, its options and reason codes."""
    from refactorkit.config import ConfigError
    from refactorkit.recipe import is_recipe
    from refactorkit.report.explanation import explanation

    if is_recipe(identifier):
        _show_recipe(identifier, config_file, is_brief=False)
        return
    try:
        text = explanation(identifier, codemods_of(config_file))
    except ConfigError as error:
        raise _stop(str(error)) from None
    typer.echo(text, nl=False)


def _show_recipe(path: str, config_file: Path | None, is_brief: bool) -> None:
    from refactorkit import recipe
    from refactorkit.config import ConfigError
    from refactorkit.report.recipes import explained, listed

    try:
        folder = codemods_of(config_file)
        read = recipe.load(Path(path))
        recipe.check(read, folder)
    except ConfigError as error:
        raise _stop(str(error)) from None
    typer.echo(listed(read, folder) if is_brief else explained(read, folder), nl=False)


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[plan|cycles|bot|selection]",
            help="What the schema is of: what `apply`, `cycles` or `bot run` prints, or what `--selection` takes.",
        ),
    ] = "plan",
) -> None:
    """Print the JSON Schema of what `--output-format json` prints, or of a selection."""
    if name == "cycles":
        from refactorkit.report.cycles.json import schema as text
    elif name == "plan":
        from refactorkit.report.json import schema as text
    elif name == "bot":
        from refactorkit.bot.table import schema as text
    elif name == "selection":
        from refactorkit.selection import schema as text
    else:
        raise _stop(f"there is no schema {name!r}: there is plan, cycles, bot and selection")
    typer.echo(text(), nl=False)


def demo(
    subject: Annotated[str | None, typer.Option(metavar="NAME", help="A release from the package index: NAME or NAME==VERSION.")] = None,
    keep: Annotated[Path | None, typer.Option(metavar="DIR", help="Lay the repository out here and keep it.")] = None,
) -> None:  # fmt: skip
    """Apply every codemod to a small legacy application in a temporary repository, and show what happens."""
    from refactorkit.demonstration import demonstrate

    raise typer.Exit(demonstrate(subject, keep))


class CacheAction(StrEnum):
    """What to do with the cache."""

    CLEAN = "clean"


def cache(
    action: Annotated[CacheAction, typer.Argument(metavar="clean", help="Remove all that is kept.")],
    cache_dir: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where it lies; default $REFACTORKIT_CACHE_DIR, or the user's cache folder.")] = None,
) -> None:  # fmt: skip
    """Remove what is kept between runs; the next runs work everything out again."""
    from refactorkit.cache import clean, default_folder

    folder = cache_dir or default_folder()
    try:
        freed = clean(folder)
    except OSError as error:
        raise _stop(f"{folder} can't be cleaned ({error.strerror}): correct its permissions") from error
    typer.echo(f"{folder}: {freed / 1e6:.1f} MB freed" if freed else f"{folder}: nothing was kept there")
