"""Flags and `[tool.refactorkit]` of the target's pyproject.toml, as one frozen `Config`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, ValidationError, convert, field

from refactorkit.campaign import BotTable
from refactorkit.model import Level


class ConfigError(Exception):
    """Input that can't be worked on. The message is one line that says what to do next; exit code 2."""


class Lines(Struct, frozen=True):
    """A range of lines, from 1, both ends included."""

    first: int
    last: int


class LeftOut(Struct, frozen=True, kw_only=True):
    """A site that a gate found to be wrong when it was changed: it is refused with this reason, message and evidence.

    `name` is its qualified name in the file, which stays the same when lines move; `line` is where it was.
    """

    path: str
    name: str
    line: int
    reason: str
    message: str
    evidence: dict[str, Any] = field(default_factory=dict)


class Scope(Struct, frozen=True, kw_only=True):
    """Which sites of the files in scope are wanted. An empty `only` and `changed` of None want all.

    `only` holds (path or folder, line or None). `changed` maps a path to the line ranges that changed since a ref, or
    to None when any line of the file counts. `level` is the lowest level of confidence that is applied.

    `is_observed` says that what is changed will be run by the differential harness; `left_out` are the sites that a
    gate sorted out, which a codemod with an `experiment` must refuse, along with what rests on them; those without a
    name are also `excluded`, and the pipeline tells their reason.
    """

    level: Level = Level.PROVED
    is_observed: bool = False
    left_out: tuple[LeftOut, ...] = ()
    only: tuple[tuple[str, int | None], ...] = ()
    changed: dict[str, tuple[Lines, ...] | None] | None = None
    excluded: tuple[tuple[str, int], ...] = ()
    """(path, first line) of sites that are left out because a command failed on them."""
    accepted: dict[str, tuple[int, ...]] | None = None
    """The first lines, by path, of the only sites that a review accepted; None where nothing was reviewed."""

    def selects(self, path: str, first: int, last: int) -> bool:
        """Whether a site on the lines `first` to `last` of `path` is wanted."""
        if (path, first) in self.excluded:
            return False
        if self.accepted is not None and first not in self.accepted.get(path, ()):
            return False
        if self.only and not any(_is_at(path, first, last, *place) for place in self.only):
            return False
        if self.changed is None:
            return True
        ranges = self.changed.get(path, ())
        return ranges is None or any(r.first <= last and first <= r.last for r in ranges)

    def why_left_out(self, path: str, name: str) -> LeftOut | None:
        """What a gate said against the site of this qualified name."""
        return next((s for s in self.left_out if s.path == path and s.name == name), None)


def _is_at(path: str, first: int, last: int, wanted: str, line: int | None) -> bool:
    if path != wanted and wanted != "." and not path.startswith(wanted.rstrip("/") + "/"):
        return False
    return line is None or first <= line <= last


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[tool.refactorkit]`: what a project fixes for everybody who runs refactorkit on it."""

    include: tuple[str, ...] = ()
    """Only these files may change: patterns as in a .gitignore, from the folder of this file."""

    exclude: tuple[str, ...] = ()
    """These files may not change: patterns as in a .gitignore."""

    include_generated: bool = False
    """Whether files may change, too, that say that a program wrote them."""

    level: Level = Level.PROVED
    """The lowest level of confidence that is applied: `proved`, `observed` or `suggested`."""

    codemods_folder: str | None = None
    """A folder of codemods, from the folder of this file. Used only in a file that `--config` names: it is code."""

    cache: bool = True
    """Whether results are kept between runs."""

    cache_dir: str | None = None
    """Where they are kept. Used only in a file that `--config` names: it is written to."""

    codemods: dict[str, dict[str, Any]] = field(default_factory=dict)
    """One table for each codemod with its options: `[tool.refactorkit.codemods.http-url]`."""

    bot: BotTable | None = None
    """What `refactorkit bot` goes by."""


class Config(Struct, frozen=True, kw_only=True):
    """Everything that a run depends on beside the code it reads."""

    paths: tuple[str, ...] = (".",)
    settings: Settings = Settings()
    scope: Scope = Scope()
    level: Level = Level.PROVED
    since: str | None = None
    """The commit since which files must have changed."""
    changed_lines: bool = False
    include_generated: bool = False
    jobs: int = 1
    root: Path = Path()
    gate: Literal["fork", "fresh"] | None = None
    """How modules are imported cold after imports have moved: in forks of a loaded root package, or each in a fresh
    process; None for not at all."""
    python: Path | None = None
    """The target's interpreter, when the target's code is to be run: for the differential harness."""


def nearest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """What to do about a name that isn't known: the names that resemble it, or `otherwise`, or all of them."""
    near = get_close_matches(name, sorted(known), 3, 0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return otherwise or f"there is {', '.join(sorted(known)) or 'none'}"


def _document(data: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (
        ValueError,
        RecursionError,
    ) as error:  # its own errors, bytes, numbers of many digits, deep nesting
        raise ConfigError(f"{name} is not valid TOML ({error}): correct it, or pass --isolated") from error


def has_settings(data: bytes, name: str) -> bool:
    """Whether a pyproject.toml holds `[tool.refactorkit]`. Raises ConfigError for what is no TOML."""
    tool = _document(data, name).get("tool")
    return isinstance(tool, dict) and "refactorkit" in tool


def load_settings(data: bytes, name: str) -> Settings:
    """`[tool.refactorkit]` of a pyproject.toml, or the whole of another TOML file.

    Raises ConfigError with the file's name and what is wrong with it.
    """
    document: Any = _document(data, name)
    tool = document.get("tool")
    if name.rpartition("/")[2] == "pyproject.toml" or (isinstance(tool, dict) and "refactorkit" in tool):
        document = tool.get("refactorkit", {}) if isinstance(tool, dict) else {}
    try:
        return convert(document, Settings)
    except ValidationError as error:
        known = [name.replace("_", "-") for name in Settings.__struct_fields__]
        for key in document if isinstance(document, dict) else ():
            if key not in known:
                raise ConfigError(
                    f"{name}: [tool.refactorkit] has no key {key!r}: {nearest(key, known)}"
                ) from error
        raise ConfigError(f"{name}: [tool.refactorkit]: {error}: correct it, or pass --isolated") from error


def bot_table(data: bytes, name: str) -> dict[str, Any] | None:
    """`[tool.refactorkit.bot]` of a pyproject.toml as it is written, once it is known to be right; None without one.

    Raises ConfigError as `load_settings` does.
    """
    if load_settings(data, name).bot is None:
        return None
    table: dict[str, Any] = _document(data, name)["tool"]["refactorkit"]["bot"]
    return table
