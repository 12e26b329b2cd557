"""Recipes: several codemods with options and conditions as one, written down in a TOML file.

    summary = "URLs are checked, and imports stand at the top."
    branches = "stacked"
    when.dependency = "pydantic>=2"

    [[codemods]]
    id = "http-url"
    options = { stored = "reject" }

    [[codemods]]
    id = "hoist-imports"
    unless.file = "frozen.txt"

A recipe is data: it brings no code, and codemods of a project's own are found only in the folder that `--config` leads to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from refactorkit import catalogue
from refactorkit.codemod import Codemod
from refactorkit.config import Config, ConfigError, nearest
from refactorkit.discover import Discovered
from refactorkit.model import Level, Plan, Verification
from refactorkit.preconditions import Conditions, unmet
from refactorkit.workspace.entries import Workspace

SUFFIX = ".toml"
PRECONDITION = "precondition"
"""The gate that a codemod fails whose conditions don't hold."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""What a recipe may be called, because its branch has that name, and the ids of its codemods."""


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[[codemods]]`: one codemod of a recipe."""

    id: str
    """The codemod, see `refactorkit list`."""

    options: dict[str, Any] = {}
    """Its options, see `refactorkit explain ID`. They go before those in the project's settings."""

    level: Level | None = None
    """The lowest level of confidence that is applied, where the command line names none: `proved`, `observed`, `suggested`."""

    when: Conditions = Conditions()
    """What must hold for this codemod to be applied."""

    unless: Conditions = Conditions()
    """What keeps this codemod from being applied: one of these is enough."""


class Recipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A recipe's file."""

    codemods: tuple[Step, ...]
    """The codemods, in their order."""

    summary: str = ""
    """What the recipe is for, in one line."""

    branches: Literal["each", "stacked"] = "each"
    """`each`: every codemod on a branch of its own, from the base; `stacked`: all on one, `refactorkit/<name of the file>`,
    each on top of the one before."""

    when: Conditions = Conditions()
    """What must hold for any of the codemods to be applied."""

    unless: Conditions = Conditions()
    """What keeps all of the codemods from being applied: one of these is enough."""

    name: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its codemods."""
        return tuple(step.id for step in self.codemods)

    @property
    def is_stacked(self) -> bool:
        """Whether its codemods stand on each other."""
        return self.branches == "stacked"

    def step(self, identifier: str) -> Step:
        """The part of one of its codemods."""
        return next(step for step in self.codemods if step.id == identifier)


def is_recipe(name: str) -> bool:
    """Whether somebody who writes this in the place of an id means a recipe's file."""
    return name.endswith(SUFFIX) and not name.startswith("-")


def named(codemods: Sequence[str], options: Sequence[object], cwd: Path) -> Recipe | None:
    """The recipe that is named among the codemods of a request, if one is. Raises ConfigError."""
    if not any(map(is_recipe, codemods)):
        return None
    if len(codemods) > 1:
        raise ConfigError("a recipe stands alone: write the other codemods into it")
    if options:
        raise ConfigError("-o has no meaning with a recipe: write the options into it")
    return load(cwd / codemods[0])


def load(path: Path) -> Recipe:
    """The recipe in a file, as far as it can be judged by itself. Raises ConfigError with the file's name."""
    try:
        document = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise ConfigError(f"the recipe {path} can't be read ({error.strerror}): check the path") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path.name} is not valid TOML ({error}): correct it") from error
    if not NAME.fullmatch(path.stem):
        raise ConfigError(f"{path.name}: its branch would be refactorkit/{path.stem}: name it in lower case")
    try:
        made = _converted(document)
        for conditions in (made.when, made.unless, *(c for s in made.codemods for c in (s.when, s.unless))):
            conditions.check()
    except ConfigError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    return msgspec.structs.replace(made, name=path.stem)


def _converted(document: dict[str, Any]) -> Recipe:
    _check_keys(document, Recipe, "a recipe")
    steps = document.get("codemods", [])
    if not isinstance(steps, list) or not steps:
        raise ConfigError("it names no codemod: add [[codemods]] with an id")
    for number, step in enumerate(steps, 1):
        if isinstance(step, dict):
            _check_keys(step, Step, f"[[codemods]] {step.get('id', number)}")
            if "id" not in step:
                raise ConfigError(f"[[codemods]] {number} has no id: see `refactorkit list`")
            if not NAME.fullmatch(
                str(step["id"])
            ):  # whatever else can be named on a command line may be code
                raise ConfigError(f"{step['id']!r} is not the id of a codemod: see `refactorkit list`")
    ids = [step["id"] for step in steps if isinstance(step, dict)]
    twice = next((identifier for identifier in ids if ids.count(identifier) > 1), None)
    if twice is not None:
        raise ConfigError(f"it names {twice} twice: make two recipes of it")
    _check_choice(document, "branches", ("each", "stacked"))
    for table in (document, *(step for step in steps if isinstance(step, dict))):
        _check_choice(table, "level", [level for level in Level if level is not Level.BOUNDARY])
        for key in ("when", "unless"):
            if isinstance(table.get(key), dict):
                _check_keys(table[key], Conditions, f"`{key}`")
    try:
        return msgspec.convert(document, Recipe)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{error}: correct it") from error


def _check_keys(table: Mapping[str, Any], wanted: type[Struct], where: str) -> None:
    known = [
        name.replace("_", "-") for name in wanted.__struct_fields__ if (wanted, name) != (Recipe, "name")
    ]
    for key in table:
        if key not in known:
            raise ConfigError(f"{where} has no key {key!r}: {nearest(key, known)}")


def _check_choice(table: Mapping[str, Any], key: str, choices: Sequence[str]) -> None:
    value = table.get(key, choices[0])
    if value not in choices:
        raise ConfigError(
            f"{key} = {value!r} is not possible: {nearest(str(value), [str(choice) for choice in choices])}"
        )


def check(recipe: Recipe, folder: Path | None) -> None:
    """Raise ConfigError for codemods and options that there aren't, with the nearest names. `folder` holds local ones."""
    for step in recipe.codemods:
        try:
            catalogue.create(step.id, step.options, folder)
        except ConfigError as error:
            raise ConfigError(f"{recipe.name}{SUFFIX}: {error}") from error


def configs(
    recipe: Recipe | None, codemods: Sequence[Codemod], run: Config, is_level_given: bool
) -> dict[str, Config]:
    """What the run of each codemod depends on, by id: the level may be the recipe's."""
    found = {codemod.identifier(): run for codemod in codemods}
    for step in recipe.codemods if recipe and not is_level_given else ():
        if step.level is not None:
            scope = msgspec.structs.replace(run.scope, level=step.level)
            found[step.id] = msgspec.structs.replace(run, level=step.level, scope=scope)
    return found


def left_out(
    recipe: Recipe | None, codemod: Codemod, project: Callable[[], Discovered], workspace: Workspace
) -> Plan | None:
    """The plan of a codemod whose conditions don't hold: it changes nothing and says why. None when they do."""
    if recipe is None:
        return None
    step = recipe.step(codemod.identifier())
    why = unmet(recipe.when, recipe.unless, project, workspace)
    why = why or unmet(step.when, step.unless, project, workspace)
    if why is None:
        return None
    return Plan(
        codemod=codemod.identifier(),
        version=codemod.version,
        options=codemod.options(),
        base=workspace.base,
        verification=(Verification(gate=PRECONDITION, ok=None, detail=why),),
    )


__all__ = ["PRECONDITION", "Recipe", "Step", "check", "configs", "is_recipe", "left_out", "load", "named"]
