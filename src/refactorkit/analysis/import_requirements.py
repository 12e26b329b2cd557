"""Which modules from outside of the project are there whenever the project is installed."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from typing import Any

from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.target_python import oldest_python
from refactorkit.model import Source

REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?[^;]*(;?)")
"""A requirement as PEP 508 writes it: its distribution, and whether a marker follows, which may leave it out."""
NAMESPACES = frozenset(
    ["azure", "backports", "google", "jaraco", "opentelemetry", "ruamel", "sphinxcontrib", "zope"]
)
"""Packages that many distributions share: that one of their modules is installed says nothing about another."""
UNIX = "crypt curses fcntl grp posix pty pwd readline resource syslog termios tty _curses _posixsubprocess _scproxy"
WINDOWS = "_overlapped _winapi msilib msvcrt nt winreg winsound"
LEFT_OUT = "bz2 compression ctypes dbm ensurepip idlelib lzma mmap sqlite3 ssl test tkinter turtle turtledemo venv zlib"
"""What CPython can be built or packaged without, by the marks in its library reference."""
REMOVED = (
    "aifc asynchat asyncore audioop cgi cgitb chunk distutils imghdr imp lib2to3 mailcap nis nntplib ossaudiodev pipes"
    " smtpd sndhdr spwd sunau telnetlib uu xdrlib"
)
"""What Python 3.12 and 3.13 no longer have, whatever this one is (PEP 594, PEP 632)."""
NOT_EVERYWHERE = frozenset(f"{UNIX} {WINDOWS} {LEFT_OUT} {REMOVED}".split())
"""Modules of the standard library that another machine or another Python may lack, though this one has them."""
ADDED = {"zoneinfo": (3, 9), "graphlib": (3, 9), "tomllib": (3, 11), "annotationlib": (3, 14)}
"""Modules of the standard library, and the first Python that has them."""


class Requirements:
    """The distributions that the project's metadata requires, extras and what a marker decides left out.

    `configuration` holds the project's pyproject.toml and setup.cfg files by path, `setups` its setup.py files: they say
    for which Python it is.
    """

    def __init__(
        self, configuration: Mapping[str, bytes], setups: Mapping[str, Source] | None = None
    ) -> None:
        self._by_folder: dict[str, set[str]] = {}
        for path, data in configuration.items():
            folder, _, name = path.rpartition("/")
            text = data.decode("utf-8", "replace")
            found = (
                _of_pyproject(text)
                if name == "pyproject.toml"
                else _of_setup(text)
                if name == "setup.cfg"
                else None
            )
            if found is not None:
                self._by_folder.setdefault(folder, set()).update(map(normal_name, found))
        self._oldest = oldest_python(configuration, setups or {})

    def is_in_every_python(self, top: str) -> bool:
        """Whether the standard library has the top-level module on every machine and in every Python of the project."""
        if top not in sys.stdlib_module_names or top in NOT_EVERYWHERE:
            return False
        return ADDED.get(top, (3, 0)) <= self._oldest

    def cover(self, path: str, module: str) -> bool:
        """Whether the nearest metadata above a file requires a distribution with the name of the module or its parents."""
        folder = path.rpartition("/")[0]
        while folder not in self._by_folder and folder:
            folder = folder.rpartition("/")[0]
        names = self._by_folder.get(folder, ())
        parts = module.split(".")
        return any(normal_name(".".join(parts[:length])) in names for length in range(1, len(parts) + 1))


class Installed:
    """What is sure to be there: the standard library, what is required, what users can't start without.

    `entries` are the files that users start, `declared` top-level modules in lower case.
    """

    def __init__(
        self,
        graph: ImportGraph,
        entries: Sequence[str],
        declared: Collection[str],
        requirements: Requirements,
    ) -> None:
        self._graph = graph
        self._entries = tuple(entries)
        self._declared = frozenset(declared)
        self._requirements = requirements

    def unsure(self, path: str, modules: Collection[str]) -> list[str]:
        """Those of the dotted modules that may be missing, sorted; a package is there when one of its modules is."""
        loading = self._graph.loading
        starts = (path, *self._graph.packages(path)[:1], *self._entries)
        loaded = loading.loaded_surely(loading.numbers(starts)) if modules else 0
        sure = [module for module in modules if self._is_sure(path, module, loaded)]
        return sorted(
            m for m in modules if m not in sure and not any(other.startswith(f"{m}.") for other in sure)
        )

    def _is_sure(self, path: str, module: str, loaded: int) -> bool:
        """Whether the dotted module is there whenever the file `path` can be imported, which loads these."""
        top = module.partition(".")[0]
        if self._requirements.is_in_every_python(top) or top.lower() in self._declared:
            return True
        if self._requirements.cover(path, module):
            return True
        loading = self._graph.loading
        if top in NAMESPACES:
            return any(f"{target}.".startswith(f"{module}.") for target in loading.names(loaded))
        return bool(loaded >> loading.number(top) & 1)


def _of_pyproject(text: str) -> list[str] | None:
    """What a pyproject.toml requires; None where it describes no project."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    project, poetry = document.get("project"), _table(document, "tool", "poetry")
    if not isinstance(project, dict) and not poetry:
        return None
    listed = project.get("dependencies", ()) if isinstance(project, dict) else ()
    found = list(_named(listed if isinstance(listed, list) else ()))
    for name, wanted in _table(poetry, "dependencies").items():
        if not (isinstance(wanted, dict) and {"optional", "markers", "python", "platform"} & wanted.keys()):
            found.append(name)
    return found


def _of_setup(text: str) -> list[str] | None:
    said = of_setup_cfg(text)
    return None if said is None else list(_named(said[1].splitlines()))


def of_setup_cfg(text: str) -> tuple[str, str] | None:
    """The name that a setup.cfg gives ('' without one), and its `install_requires` as written; None without that."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except ConfigParserError:
        return None
    if not parser.has_option("options", "install_requires"):
        return None
    return parser.get("metadata", "name", fallback=""), parser.get("options", "install_requires")


def _named(requirements: Iterable[object]) -> Iterator[str]:
    for requirement in requirements:
        match = REQUIREMENT.match(requirement) if isinstance(requirement, str) else None
        if match and not match.group(2):
            yield match.group(1)


def _table(document: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def normal_name(name: str) -> str:
    """A distribution's or module's name as both are compared (PEP 503, with the module's dots as dashes)."""
    return re.sub(r"[-_.]+", "-", name).lower()
