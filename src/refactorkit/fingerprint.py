"""What a result owes to the code that made it: a digest that changes with the code, its dependencies and Python.

A version number would not do: a codemod that is being written changes with every save.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

MOST_FILES = 3_000
"""Python files below a package that are still hashed; a folder with more is no package of codemods."""


def code_digest(module: str) -> bytes | None:
    """The digest for what a module makes; None for one whose code can't be told, so that nothing of it may be kept.

    It covers the sources of refactorkit and of the module's own top-level package, Python's version, and the names and
    versions of all installed distributions.
    """
    top = module.partition(".")[0]
    is_package = getattr(sys.modules.get(top), "__path__", None) is not None
    return _digest(top if is_package else module)


@cache
def _digest(module: str) -> bytes | None:
    """The same for all modules of one package."""
    own = "refactorkit"
    made = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.version}\0".encode())
    for name in _distributions():
        made.update(name.encode("utf-8", "surrogateescape") + b"\0")
    for top in dict.fromkeys((own, module.partition(".")[0])):
        if top not in sys.modules:
            return None
        count = 0
        for path in _sources(top, module):
            count += 1
            if count > MOST_FILES:
                return None
            try:
                data = path.read_bytes()
            except OSError:
                return None
            made.update(f"{path.name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            made.update(data)
        if not count:
            return None
    return made.digest()


def _sources(top: str, module: str) -> Iterable[Path]:
    """The Python files of a top-level package, sorted; or of a module that is in none."""
    folders = getattr(sys.modules[top], "__path__", None)
    if folders is None:
        file = getattr(sys.modules.get(module), "__file__", None)
        return [Path(file)] if file else []
    return (path for folder in folders for path in _below(folder))


def _below(folder: str) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(f for f in folders if f.isidentifier() and f != "__pycache__")
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(place, name)


def _distributions() -> list[str]:
    """The names of the metadata folders of what is installed: `libcst-1.8.6.dist-info` and so on."""
    found: set[str] = set()
    for folder in sys.path:
        try:
            found.update(n for n in os.listdir(folder or ".") if n.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
    return sorted(found)
