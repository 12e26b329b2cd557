"""What a project must be like for a codemod to make sense: what it depends on, which files it has, what it mentions.

A condition that can't be decided doesn't hold, and says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from refactorkit.config import ConfigError
from refactorkit.discover import Discovered
from refactorkit.patterns import matcher
from refactorkit.workspace.entries import Workspace

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

DECLARING = re.compile(
    r"(?:.*/)?(?:pyproject\.toml|setup\.cfg|requirements[^/]*\.txt|requirements/[^/]*\.txt)"
)
"""Files that say what a project depends on."""
LOCKS = re.compile(r"(?:.*/)?(?:uv|poetry|pdm)\.lock")
"""Files that say which version it gets: TOML with one `[[package]]` each."""
LARGEST = 16 << 20
"""Bytes of the largest such file that is read."""
PYTHON = "python"
"""The name under which a condition asks for `requires-python`."""

Declared = dict[str, list[Any]]
"""By normalised name the specifiers of each place that declares a dependency."""


class Conditions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Conditions on a project. Each may be one text or a list."""

    dependency: str | tuple[str, ...] = ()
    """What the project depends on, as `pydantic` or `pydantic>=2`; `python>=3.11` asks for `requires-python`. With a
    version, the one in the lock file must do, or, without a lock file, every version that the project allows."""

    file: str | tuple[str, ...] = ()
    """A file that the project has: a pattern as in a .gitignore, from the project's root."""

    text: str | tuple[str, ...] = ()
    """A text that stands in some Python file of the project."""

    def each(self) -> Iterator[tuple[str, str]]:
        """The conditions one by one: which kind, and what is asked for."""
        for kind in self.__struct_fields__:
            wanted = getattr(self, kind)
            for text in (wanted,) if isinstance(wanted, str) else wanted:
                yield kind, text

    def check(self) -> None:
        """Raise ConfigError for a condition that no project could be asked for."""
        for kind, text in self.each():
            if not text.strip():
                raise ConfigError(f"{kind} is empty: say what is asked for")
            if kind == "dependency":
                _requirement(text)
            elif kind == "file":
                matcher((text,), f"file = {text!r}")


def unmet(
    when: Conditions, unless: Conditions, project: Callable[[], Discovered], workspace: Workspace
) -> str | None:
    """Why the conditions don't hold, in words; None when all of `when` do and none of `unless`.

    The project is asked for only where there is a condition.
    """
    for kind, text in when.each():
        holds, said = _judged(kind, text, project(), workspace)
        if not holds:
            return said
    for kind, text in unless.each():
        holds, said = _judged(kind, text, project(), workspace)
        if holds:
            return said
    return None


def _judged(kind: str, text: str, project: Discovered, workspace: Workspace) -> tuple[bool, str]:
    """Whether a condition holds, and the same in words."""
    if kind == "file":
        found = next(filter(matcher((text,), f"file = {text!r}"), sorted(project.paths)), None)
        return found is not None, f"the project has {found}" if found else f"the project has no file {text}"
    if kind == "text":
        wanted = text.encode()
        path = next((path for path, source in project.sources.items() if wanted in source.data), None)
        return path is not None, f"{path} mentions {text!r}" if path else f"no Python file mentions {text!r}"
    files = _files(project, workspace)
    return _depends(_requirement(text), files)


def _requirement(text: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        found = Requirement(text)
    except InvalidRequirement as error:
        first = (str(error).splitlines() or [""])[0]
        raise ConfigError(
            f"dependency = {text!r} is no requirement ({first}): write it as pydantic>=2"
        ) from error
    if found.url or found.marker or found.extras:
        raise ConfigError(
            f"dependency = {text!r}: write it as pydantic>=2, without extras, markers or address"
        )
    return found


def _files(project: Discovered, workspace: Workspace) -> dict[str, str]:
    """The files that declare or lock dependencies, by path. Those that a codemod of a stack has changed are new."""
    wanted = [
        entry
        for entry in workspace.entries()
        if entry.size <= LARGEST and (DECLARING.fullmatch(entry.path) or LOCKS.fullmatch(entry.path))
    ]
    read = {**workspace.read(wanted), **project.configuration}
    return {path: data.decode("utf-8", "replace") for path, data in sorted(read.items())}


def _depends(wanted: Requirement, files: Mapping[str, str]) -> tuple[bool, str]:
    name = normal(wanted.name)
    declared: dict[str, list[SpecifierSet]] = {}
    for path, text in files.items():
        if DECLARING.fullmatch(path):
            for requirement in _declared(path, text):
                if normal(requirement.name) == name:
                    declared.setdefault(path, []).append(requirement.specifier)
    if not declared:
        return False, f"the project declares no dependency on {wanted.name}"
    if not wanted.specifier:
        return True, f"the project depends on {wanted.name}"
    locked = {v for path, text in files.items() if LOCKS.fullmatch(path) for v in _locked(text, name)}
    if locked:
        right = all(wanted.specifier.contains(version, prereleases=True) for version in locked)
        versions = ", ".join(map(str, sorted(locked)))
        return right, f"{wanted.name} is locked at {versions}{'' if right else f', not {wanted.specifier}'}"
    for path, specifiers in declared.items():
        for specifier in specifiers:
            if not _covers(wanted.specifier, specifier):
                allowed = f"{wanted.name}{specifier}" if specifier else f"any version of {wanted.name}"
                return False, f"{path} allows {allowed}, which is not always {wanted.specifier}"
    return True, f"the project depends on {wanted.name}{wanted.specifier}"


def _covers(wanted: SpecifierSet, allowed: SpecifierSet) -> bool:
    """Whether every version that is allowed is wanted.

    Comparisons say the same about all versions between two neighbours of those that they name, so it is enough to ask
    about these and one between each of them.
    """
    points = [_version("0")]
    for specifier in (*wanted, *allowed):
        if specifier.operator == "===":
            return False
        named = _version(specifier.version.removesuffix(".*"))
        points += [named, _bumped(named), *([_bumped(named, -2)] if len(named.release) > 1 else [])]
    points += [_version(".".join(map(str, (*point.release, *[0] * 6, 1)))) for point in points]
    inside = [point for point in points if allowed.contains(point, prereleases=True)]
    return bool(inside) and all(wanted.contains(point, prereleases=True) for point in inside)


def _version(text: str) -> Version:
    from packaging.version import Version

    return Version(text)


def _bumped(version: Version, position: int = -1) -> Version:
    """The version where `== 2.1.*` (position -1) and `~= 2.1` (position -2) end."""
    release = list(version.release)
    release[position] += 1
    return _version(".".join(map(str, release[: len(release) + position + 1])))


def _declared(path: str, text: str) -> Iterator[Requirement]:
    """The requirements of one file; what isn't one is left out."""
    from packaging.requirements import InvalidRequirement, Requirement

    for line in _lines(path, text):
        try:
            yield Requirement(line)
        except InvalidRequirement:
            continue


def _lines(path: str, text: str) -> Iterable[str]:
    if path.endswith(".txt"):
        return [line.partition(" #")[0].partition(" --")[0].strip(" \\") for line in text.splitlines()]
    if path.endswith(".cfg"):
        return _of_setup(text)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return ()
    return _of_pyproject(document)


def _of_setup(text: str) -> list[str]:
    from configparser import ConfigParser
    from configparser import Error as ConfigParserError

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except ConfigParserError:
        return []
    found = parser.get("options", "install_requires", fallback="").splitlines()
    python = parser.get("options", "python_requires", fallback="")
    extras = parser["options.extras_require"].values() if parser.has_section("options.extras_require") else ()
    found += [line for extra in extras for line in extra.splitlines()]
    return [*found, *([PYTHON + python] if python else [])]


def _of_pyproject(document: Mapping[str, Any]) -> Iterator[str]:
    project = _table(document, "project")
    yield from _texts(project.get("dependencies"))
    for listed in (_table(project, "optional-dependencies"), _table(document, "dependency-groups")):
        for group in listed.values():
            yield from _texts(group)
    if isinstance(project.get("requires-python"), str):
        yield PYTHON + project["requires-python"]
    poetry = _table(document, "tool", "poetry")
    groups = [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    for table in (_table(poetry, "dependencies"), _table(poetry, "dev-dependencies"), *groups):
        for name, wanted in table.items():
            version = wanted.get("version", "") if isinstance(wanted, dict) else wanted
            if isinstance(version, str):
                yield name + _of_poetry(version)


def _of_poetry(version: str) -> str:
    """A specifier of poetry's as everybody else writes it: `^2.1` is `>=2.1,<3`, `~2.1` is `>=2.1,<2.2`, `2.1` is `==2.1`."""
    parts = []
    for part in (p.strip() for p in version.split(",")):
        match = re.fullmatch(r"([\^~]?)\s*(\d+(?:\.\d+)*)", part)
        if not match:
            parts.append("" if part == "*" else part)
            continue
        numbers = [int(number) for number in match.group(2).split(".")]
        place = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
        if match.group(1) == "~":
            place = min(1, len(numbers) - 1)
        above = ".".join(map(str, [*numbers[:place], numbers[place] + 1]))
        parts.append(f">={match.group(2)},<{above}" if match.group(1) else f"=={match.group(2)}")
    return ",".join(filter(None, parts))


def _locked(text: str, name: str) -> Iterator[Version]:
    from packaging.version import InvalidVersion

    try:
        listed = tomllib.loads(text).get("package", ())
    except (ValueError, RecursionError):
        return
    for package in listed if isinstance(listed, list) else ():
        if isinstance(package, dict) and normal(str(package.get("name"))) == name and "version" in package:
            try:
                yield _version(str(package["version"]))
            except InvalidVersion:
                continue


def _table(document: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _texts(listed: object) -> Sequence[str]:
    return [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []


def normal(name: str) -> str:
    """A distribution's name as names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


__all__ = ["Conditions", "normal", "unmet"]
