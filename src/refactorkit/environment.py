"""Where the packages of a project are installed, found by names and links of files alone: no interpreter is started.

A virtual environment says in its `pyvenv.cfg` what it is (https://docs.python.org/3/library/site.html); of another
interpreter the folders are those that CPython and Debian's Python have (https://docs.python.org/3/library/sysconfig.html).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from refactorkit.config import ConfigError

LIBRARY = re.compile(r"python3\.(\d{1,3})t?")
VERSION = re.compile(r"^version(?:_info)?\s*=\s*3\.(\d{1,3})", re.MULTILINE)
HOME = re.compile(r"^home\s*=\s*(\S.*?)\s*$", re.MULTILINE)
SHARED = re.compile(r"^include-system-site-packages\s*=\s*true\s*$", re.MULTILINE | re.IGNORECASE)
CONFIGURATION = "pyvenv.cfg"
LONGEST = 65_536
"""Bytes of a pyvenv.cfg; a file with more is none."""


class Environment(Struct, frozen=True):
    """The folders that hold installed packages, the first one first, and what they belong to, for people."""

    folders: tuple[Path, ...]
    said: str


def find_environment(given: Path | None, root: Path, variables: Mapping[str, str]) -> Environment | None:
    """The environment of the project in `root`: that of the interpreter given, else its .venv, else VIRTUAL_ENV of
    `variables`; None when there is none.

    The Python on the PATH is nobody's choice: it counts only when it is given. Raises ConfigError when the one given is no
    program.
    """
    if given is not None:
        found = shutil.which(given) or shutil.which(root / given)
        if found is None:
            raise ConfigError(
                f"--python {given} is no program that can be run: give the path of an interpreter"
            )
        return _of(_prefix(Path(found).absolute()), str(given))
    places = [root / ".venv"]
    if variables.get("VIRTUAL_ENV"):
        places.append(Path(variables["VIRTUAL_ENV"]))
    for place in places:
        if _configuration(place) is not None and (environment := _of(place, str(place))):
            return environment
    return None


def _prefix(python: Path) -> Path:
    """The folder that an interpreter is installed in: the virtual environment that its path lies in, or what it links to."""
    if _configuration(python.parent.parent) is not None:
        return python.parent.parent
    return python.resolve().parent.parent


def _configuration(prefix: Path) -> str | None:
    """The text of an environment's pyvenv.cfg; None for a folder that has none."""
    path = prefix / CONFIGURATION
    try:
        if not path.is_file() or path.stat().st_size > LONGEST:
            return None
        return path.read_text("utf-8", "replace")
    except OSError:
        return None


def _of(prefix: Path, said: str) -> Environment | None:
    text = _configuration(prefix) or ""
    version = VERSION.search(text)
    folders = list(_folders(prefix, int(version[1]) if version else None))
    home = HOME.search(text)
    if home and SHARED.search(text):
        folders += _folders(Path(home[1]).parent, int(version[1]) if version else None)
    kept = {folder.resolve(): folder for folder in reversed(folders) if folder.is_dir()}
    return Environment(tuple(reversed(kept.values())), said) if kept else None


def _folders(prefix: Path, minor: int | None) -> Iterator[Path]:
    """The folders of one installation that can hold packages, for a minor version of Python 3 or the only one there is."""
    yield prefix / "Lib" / "site-packages"
    for base in (prefix, prefix / "local"):
        for lib in (base / "lib", base / "lib64"):
            found = sorted(path for path in _listed(lib) if LIBRARY.fullmatch(path.name))
            wanted = [p for p in found if minor is None or p.name.rstrip("t") == f"python3.{minor}"]
            if len(wanted) == 1:
                yield wanted[0] / "site-packages"
                yield wanted[0] / "dist-packages"
    yield prefix / "lib" / "python3" / "dist-packages"


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (OSError, ValueError):  # a NUL in what pyvenv.cfg names
        return []
