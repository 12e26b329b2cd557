"""What `list` and `explain` show of a recipe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from refactorkit import catalogue
from refactorkit.preconditions import Conditions
from refactorkit.recipe import Recipe, Step

SAID = {
    "dependency": "the project depends on {}",
    "file": "the project has a file {}",
    "text": "a Python file mentions {}",
}
"""Each kind of condition in words."""


def listed(recipe: Recipe, folder: Path | None = None) -> str:
    """One line for each codemod of the recipe. `folder` holds local codemods."""
    width = max(map(len, recipe.ids))
    lines = [f"{step.id.ljust(width)}  {_summary(step, folder)}" for step in recipe.codemods]
    return "\n".join(lines) + "\n"


def explained(recipe: Recipe, folder: Path | None = None) -> str:
    """What the recipe does, in which order and when, at most 100 columns wide. `folder` holds local codemods."""
    parts = [f"{recipe.name}\n{'=' * len(recipe.name)}"]
    if recipe.summary:
        parts.append(textwrap.fill(recipe.summary, 98))
    whole = list(_conditions(recipe.when, recipe.unless))
    if whole:
        parts.append("\n".join(whole))
    if recipe.is_stacked:
        parts.append(f"All on the branch refactorkit/{recipe.name}, each on top of the one before:")
    else:
        parts.append("Each on a branch of its own:")
    for number, step in enumerate(recipe.codemods, 1):
        lines = [f"{number}. {step.id}", *_step(step, folder)]
        parts.append("\n   ".join(lines))
    return "\n\n".join(parts) + "\n"


def _step(step: Step, folder: Path | None) -> Iterator[str]:
    yield from textwrap.wrap(_summary(step, folder), 95)
    for name, value in step.options.items():
        yield f"-o {name}={_written(value)}"
    if step.level is not None:
        yield f"--level {step.level}"
    yield from _conditions(step.when, step.unless)


def _summary(step: Step, folder: Path | None) -> str:
    return catalogue.listed(step.id, folder).summary


def _written(value: Any) -> str:
    """An option's value as on a command line."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _conditions(when: Conditions, unless: Conditions) -> Iterator[str]:
    for word, conditions in (("only if", when), ("not if", unless)):
        for kind, text in conditions.each():
            yield f"{word} {SAID[kind].format(repr(text) if kind == 'text' else text)}"
