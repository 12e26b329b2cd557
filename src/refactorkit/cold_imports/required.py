"""What a project may rely on being installed: its requirements with all that these require.

An interpreter that can import everything may have more than users have: the tools of the developers, extras. A change must
not let a module need what only such an interpreter has. Read are the project's metadata and that of what is installed
(https://packaging.python.org/specifications/core-metadata/); nothing is imported.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING

from refactorkit.analysis.import_requirements import normal_name, of_setup_cfg

if TYPE_CHECKING:
    from packaging.requirements import Requirement

INFRASTRUCTURE = frozenset(["_virtualenv", "_distutils_hack", "sitecustomize", "usercustomize"])
"""What interpreters load by themselves, whoever needs it."""


class Required:
    """Tells modules apart that come with what the project requires and that don't.

    `declared` are the requirements of the project as its metadata writes them, `names` its own distributions, which are
    asked for theirs when `declared` is None; `folders` hold what is installed.
    """

    def __init__(
        self, declared: Iterable[str] | None, names: Collection[str], folders: Iterable[Path]
    ) -> None:
        self._declared = None if declared is None else tuple(declared)
        self._names = tuple(names)
        self._folders = tuple(folders)

    def beyond(self, modules: Iterable[str], inside: Collection[str]) -> tuple[str, ...]:
        """The top-level names of those modules that belong to a distribution which nothing requires, sorted.

        `inside` are the names of the project's own. Nothing is, where it isn't known what the project requires.
        """
        roots = {module.partition(".")[0] for module in modules}
        roots -= sys.stdlib_module_names | INFRASTRUCTURE | set(inside)
        if not roots or self._closure is None:
            return ()
        return tuple(
            sorted(r for r in roots if (owners := self._owners.get(r)) and not owners & self._closure)
        )

    @cached_property
    def _installed(self) -> dict[str, Distribution]:
        """The distributions by their names as they are compared; the first folder comes first."""
        found: dict[str, Distribution] = {}
        for one in distributions(path=[str(folder) for folder in self._folders]):
            if name := one.metadata["Name"]:
                found.setdefault(normal_name(name), one)
        return found

    @cached_property
    def _owners(self) -> dict[str, set[str]]:
        """The distributions that have a file below each top-level name."""
        found: dict[str, set[str]] = {}
        for name, one in self._installed.items():
            for file in one.files or ():
                if file.suffix in (".py", ".so", ".pyd", ".pyi"):
                    found.setdefault(file.parts[0].partition(".")[0], set()).add(name)
        return found

    @cached_property
    def _closure(self) -> set[str] | None:
        """The names of all distributions that are there with the project; None where what it requires isn't known."""
        declared = self._declared
        if declared is None:
            own = [one for name in self._names if (one := self._installed.get(normal_name(name)))]
            if not own:
                return None
            declared = tuple(text for one in own for text in one.requires or ())
        found: set[str] = set()
        waiting = [(normal_name(r.name), extra) for r in _parsed(declared, "") for extra in ("", *r.extras)]
        seen = set(waiting)
        while waiting:
            name, extra = waiting.pop()
            found.add(name)
            one = self._installed.get(name)
            for wanted in _parsed(one.requires or (), extra) if one else ():
                more = {(normal_name(wanted.name), e) for e in ("", *wanted.extras)} - seen
                seen |= more
                waiting += more
        return found


def declared_requirements(configuration: Mapping[str, bytes]) -> tuple[list[str] | None, set[str]]:
    """What the metadata of all projects in a repository requires, None where one leaves that open; and their names."""
    found: list[str] = []
    names: set[str] = set()
    is_known = False
    for path, data in sorted(configuration.items()):
        said = READERS.get(path.rpartition("/")[2], _nothing)(data.decode("utf-8", "replace"))
        if said is not None:
            name, requirements = said
            names |= {name} - {""}
            if requirements is None:
                return None, names
            is_known, found = True, [*found, *requirements]
    return (found if is_known else None), names


Said = tuple[str, list[str] | None]
"""The name of a distribution ('' if not said), and what it requires, None where that is computed."""


def _nothing(_: str) -> Said | None:
    return None


def _of_pyproject(text: str) -> Said | None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    project, tool = document.get("project"), document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    if isinstance(project, dict):
        listed, dynamic = project.get("dependencies"), project.get("dynamic", ())
        if isinstance(listed, list):
            return str(project.get("name", "")), [text for text in listed if isinstance(text, str)]
        if not isinstance(poetry, dict):
            return str(project.get("name", "")), None if "dependencies" in dynamic else []
    if not isinstance(poetry, dict):
        return None
    wanted = poetry.get("dependencies", {})
    return str(poetry.get("name", "")), [*_of_poetry(wanted if isinstance(wanted, dict) else {})]


def _of_poetry(wanted: Mapping[str, object]) -> Iterator[str]:
    """Poetry's table as requirements; what is optional there belongs to an extra."""
    for name, said in wanted.items():
        extras = said.get("extras", ()) if isinstance(said, dict) else ()
        if name != "python" and not (isinstance(said, dict) and said.get("optional")):
            yield f"{name}[{','.join(map(str, extras))}]" if extras else name


def _of_setup(text: str) -> Said | None:
    said = of_setup_cfg(text)
    if said is None:
        return None
    name, listed = said[0], said[1].strip()
    lines = [line for line in map(str.strip, listed.splitlines()) if line and not line.startswith("#")]
    return name, None if listed.startswith(("file:", "attr:")) else lines


READERS: Mapping[str, Callable[[str], Said | None]] = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup,
}


def _parsed(texts: Iterable[str], extra: str) -> Iterator[Requirement]:
    """Those requirements that count with an extra, '' for none; what asks for anything else than an extra counts."""
    from packaging.requirements import InvalidRequirement, Requirement

    for text in texts:
        try:
            wanted = Requirement(text)
        except InvalidRequirement:
            wanted = Requirement(re.split(r"[^A-Za-z0-9._-]", text.strip(), maxsplit=1)[0] or "unnamed")
        asked = re.findall(r"\bextra\s*==\s*[\"']([^\"']*)", str(wanted.marker or ""))
        if not asked or normal_name(extra) in map(normal_name, asked):
            yield wanted
