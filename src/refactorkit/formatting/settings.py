"""What the target's own configuration files say about layout: which formatter, and whether imports are sorted.

Only the text of the files at the base commit is looked at, never a disk.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from typing import Any

from msgspec import Struct

from refactorkit.formatting.isort_options import as_ruff_config

Table = Mapping[str, Any]

# In one folder, the first that configures ruff counts.
RUFF_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")
ISORT_FILES = {".isort.cfg": ("settings", "isort"), "setup.cfg": ("isort", "tool:isort")}

# The options of black that concern layout or the choice of files. Others (`code`, `diff`, `cache-dir`) would make it
# read or write something else than what it is given.
BLACK_OPTIONS = frozenset(
    {
        *("line-length", "target-version", "skip-string-normalization", "skip-magic-trailing-comma"),
        *("preview", "unstable", "enable-unstable-feature", "skip-source-first-line", "pyi"),
        *("required-version", "include", "exclude", "extend-exclude", "force-exclude"),
        *("safe", "fast", "quiet", "verbose", "color", "workers"),
    }
)


class Choice(Struct, frozen=True):
    """The tool that lays out a file, the configuration that says so, or the `problem` that keeps us from using it.

    `tool` is `ruff format`, `black`, or `ruff check` for sorting imports. `generated` holds a ruff configuration that
    stands in for the one at `config`, when that is written for another tool.
    """

    tool: str
    config: str
    problem: str | None = None
    generated: bytes | None = None


class Settings(Struct, frozen=True):
    """The parsed tables by path of the file they come from, and what is wrong with files that can't be parsed."""

    ruff: dict[str, Table]
    black: dict[str, Table]
    isort: dict[str, Table]
    broken: dict[str, str]


def read_settings(configs: Mapping[str, bytes]) -> Settings:
    """Parse every configuration file that says something about layout. Never raises for their content."""
    settings = Settings({}, {}, {}, {})
    for path, data in configs.items():
        try:
            _read_one(path, data.decode("utf-8-sig"), settings)
        except (ValueError, RecursionError, IniError) as error:
            settings.broken[path] = f"{path} cannot be read: {str(error).splitlines()[0]}"
    return settings


def _read_one(path: str, text: str, settings: Settings) -> None:
    name = posixpath.basename(path)
    if name in ISORT_FILES:
        parser = ConfigParser(interpolation=None, strict=False)
        parser.read_string(text)
        for section in ISORT_FILES[name]:
            if parser.has_section(section):
                settings.isort.setdefault(path, dict(parser.items(section)))
    elif name == "pyproject.toml":
        tools = tomllib.loads(text).get("tool")
        for tool, tables in (("ruff", settings.ruff), ("black", settings.black), ("isort", settings.isort)):
            if isinstance(tools, dict) and isinstance(table := tools.get(tool), dict):
                tables[path] = table
    elif name in RUFF_FILES:
        settings.ruff[path] = tomllib.loads(text)


def usable_by_ruff(configs: Mapping[str, bytes], settings: Settings) -> dict[str, bytes]:
    """The configuration files that ruff may see: no broken one, none that makes ruff read outside the repository.

    Ruff may load more than the configuration nearest to a file, so those that are of no use to us are kept from it.
    """
    outside = {config for config in settings.ruff if _chain(config, settings)[1] is not None}
    return {path: data for path, data in configs.items() if path not in outside | settings.broken.keys()}


def formatter_for(path: str, settings: Settings) -> Choice | None:
    """The formatter that the target configures for this file, or None.

    The nearest folder that names one (`[tool.ruff.format]`, `[tool.black]`) decides; without any, ruff formats what
    it is configured for at all, since its formatter needs no section of its own.
    """
    for folder in _folders(path):
        candidates = [posixpath.join(folder, name) for name in RUFF_FILES]
        for config in candidates:
            if config in settings.broken:
                return Choice("", config, settings.broken[config])
        if any("format" in settings.ruff.get(config, {}) for config in candidates):
            break
        if candidates[-1] in settings.black:
            return _black_choice(candidates[-1], settings)
    config_of_ruff = _nearest_ruff(path, settings)
    if config_of_ruff is None:
        return None
    return Choice("ruff format", config_of_ruff, _chain(config_of_ruff, settings)[1])


def _black_choice(config: str, settings: Settings) -> Choice:
    names = {key.replace("_", "-").removeprefix("--") for key in settings.black[config]}
    strange = sorted(names - BLACK_OPTIONS)
    problem = f"{config} sets an option of black that is not about layout: {strange[0]}" if strange else None
    return Choice("black", config, problem)


def sorter_for(path: str, settings: Settings) -> Choice | None:
    """How the target sorts the imports of this file, or None. Ruff does it in place of isort, where it can."""
    config = _nearest_ruff(path, settings)
    if config is not None:
        tables, problem = _chain(config, settings)
        if any(map(_selects_isort, tables)):
            return Choice("ruff check", config, problem or _outside_source(config, tables))
    for folder in _folders(path):
        for name in (".isort.cfg", "pyproject.toml", "setup.cfg"):
            config = posixpath.join(folder, name)
            if config in settings.isort:
                generated, strange = as_ruff_config(settings.isort[config])
                problem = f"{config} sets {strange}, which ruff cannot do" if strange else None
                return Choice("ruff check", config, problem, generated.encode())
    return None


def _folders(path: str) -> Iterator[str]:
    """The folders that hold `path`, nearest first, the repository itself (an empty string) last."""
    while path:
        path = posixpath.dirname(path)
        yield path


def _nearest_ruff(path: str, settings: Settings) -> str | None:
    for folder in _folders(path):
        for name in RUFF_FILES:
            if (config := posixpath.join(folder, name)) in settings.ruff:
                return config
    return None


def _chain(config: str, settings: Settings) -> tuple[list[Table], str | None]:
    """The tables that `config` is made of, through `extend`, and why they can't be followed to the end."""
    tables: list[Table] = []
    seen: set[str] = set()
    while config not in seen:
        seen.add(config)
        tables.append(settings.ruff[config])
        if (extend := settings.ruff[config].get("extend")) is None:
            return tables, None
        target = _inside(config, extend)
        if target is None:
            return tables, f"{config} extends {extend!r}, which leads outside the repository"
        if target not in settings.ruff:
            return tables, f"{config} extends {extend!r}, which configures no ruff at the base commit"
        config = target
    return tables, f"{config} extends itself"


def _inside(config: str, reference: object) -> str | None:
    """The path that a configuration file refers to, or None when it depends on what is outside the repository.

    Ruff expands `~` and `$NAME`; a backslash separates folders on Windows.
    """
    if not isinstance(reference, str) or re.search(r"^/|^~|[$\\]|^\w:", reference):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(config), reference))
    return None if path.split("/")[0] == ".." else path


def _selects_isort(table: Table) -> bool:
    """Whether the rule for sorting imports may be selected. Ruff has the last word; this only saves asking it."""
    sections = [table, table.get("lint")]
    codes = [
        code
        for section in sections
        if isinstance(section, dict)
        for key in ("select", "extend-select")
        if isinstance(section.get(key), list)
        for code in section[key]
    ]
    return any(re.fullmatch(r"ALL|I\d*|unsorted-imports", str(code)) for code in codes)


def _outside_source(config: str, tables: list[Table]) -> str | None:
    """Why first-party packages can't be known from the repository alone, if so."""
    for table in tables:
        sources = table.get("src")
        for source in sources if isinstance(sources, list) else ():
            if _inside(config, source) is None:
                return f"{config} has a source folder outside the repository, {source!r}"
    return None
