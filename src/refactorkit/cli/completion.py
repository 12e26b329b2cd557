"""What a shell offers after Tab: codemods, their options with values, and refs. Typer does the rest.

Nothing here fails: what can't be found out is not offered. The project's own code is not imported unless `--config`
names its folder, as when the command runs.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer

VARIABLE = "_REFACTORKIT_COMPLETE"
"""What typer's shell scripts set when they ask for completions."""


def codemod(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids of all codemods."""
    from refactorkit import catalogue
    from refactorkit.config import ConfigError

    with suppress(ConfigError, OSError):
        return catalogue.identifiers(_folder(ctx))
    return []


def codemods(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids after those that are there already, with a comma between them."""
    given, comma, _ = incomplete.rpartition(",")
    return [
        f"{given}{comma}{identifier}" for identifier in codemod(ctx, "") if identifier not in given.split(",")
    ]


def option(ctx: typer.Context, incomplete: str) -> list[str]:
    """`KEY=VALUE` of the codemods that the command line names: each value there is, or the default to start from."""
    from refactorkit import catalogue
    from refactorkit.config import ConfigError

    found: dict[str, None] = {}
    # an option that still lacks its value ends typer's parsing: what it has read until then is in `args`
    named = ctx.params.get("codemods") or next(iter(ctx.args), "")
    for identifier in str(named).split(","):
        with suppress(ConfigError, OSError):
            for known in catalogue.options(identifier.strip(), _folder(ctx)):
                found |= dict.fromkeys(f"{known.name}={value}" for value in _values(known))
    return list(found)


def _values(known: Any) -> list[str]:
    if known.type == "true or false":
        return ["true", "false"]
    return known.type.split(" | ") if " | " in known.type else [known.default]


def ref(incomplete: str) -> list[str]:
    """Branches and tags of the repository around the current folder."""
    from refactorkit.workspace.opening import repository_around

    with suppress(OSError):
        top = repository_around(Path.cwd())
        if top is not None:
            from refactorkit.workspace.git import refs

            return ["HEAD", *refs(top)]
    return []


def url_type(incomplete: str) -> list[str]:
    """The types that check-data knows."""
    from refactorkit.analysis.migration_note import CHECKABLE

    return list(CHECKABLE)


def _folder(ctx: typer.Context) -> Path | None:
    """The folder of codemods that `--config` leads to."""
    from refactorkit.application import codemods_folder
    from refactorkit.config import ConfigError

    words = _words(os.environ)
    given = [following for word, following in pairwise(words) if word == "--config"]
    file = ctx.params.get("config_file") or next(iter(given), None)
    with suppress(ConfigError):
        return codemods_folder(Path(file)) if file else None
    return None


def _words(environment: Mapping[str, str]) -> list[str]:
    """The words of the command line, as typer's scripts hand them over."""
    return (environment.get("COMP_WORDS", "") + " " + environment.get("_TYPER_COMPLETE_ARGS", "")).split()


def is_asked_for(environment: Mapping[str, str], name: str) -> bool:
    """Whether a shell asks how a command line of the command `name` goes on."""
    return bool(environment.get(VARIABLE)) and name in _words(environment)


def answer(run: Callable[[], Any]) -> Any:
    """Answer a shell through `run`, which prints what typer would.

    bash takes `stored=ke` for the three words `stored`, `=` and `ke`, and puts the answer in place of the last one.
    """
    before = ""
    if os.environ.get(VARIABLE, "").endswith("bash"):
        words, current, before = joined(
            os.environ.get("COMP_WORDS", "").split("\n"), int(os.environ.get("COMP_CWORD", "0"))
        )
        os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(words), str(current)
    output = io.StringIO()
    try:
        with redirect_stdout(output):
            return run()
    finally:
        for line in output.getvalue().splitlines():
            print(line.removeprefix(before))


def joined(words: Iterable[str], current: int) -> tuple[list[str], int, str]:
    """bash's words as a person typed them, the current one's place, and what of it bash leaves as it is.

    `--base=HEAD` becomes two words, as typer expects it.
    """
    whole: list[str] = []
    place, before, glues = current, "", False
    for index, word in enumerate(words):
        is_equals = word == "=" and bool(whole)
        if is_equals and whole[-1].startswith("-") and index != current:
            continue
        if glues or (is_equals and not whole[-1].startswith("-")):
            if index == current:
                before = whole[-1] + word if is_equals else whole[-1]
            whole[-1] += word
        else:
            whole.append(word)
        place = len(whole) - 1 if index == current else place
        glues = is_equals and not whole[-1].startswith("-")
    return whole, place, before
