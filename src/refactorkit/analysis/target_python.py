"""Which Python a project is for, as its metadata says: pyproject.toml (PEP 621, Poetry), setup.cfg, setup.py.

Only the text is read, nothing is run: a version that setup.py computes is none that is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from refactorkit.model import Source

SAID = {
    "pyproject.toml": (
        rb"^[ \t]*requires-python[ \t]*=[ \t]*[\"']([^\"'\n]*)",
        rb"^\[tool\.poetry\.dependencies\][^\[]*?^python[ \t]*=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?[\"']([^\"'\n]*)",
    ),
    "setup.cfg": (rb"^[ \t]*python[_-]requires[ \t]*=[ \t]*([^\r\n]*)",),
    "setup.py": (rb"\bpython_requires[\"']?[ \t]*[=:][ \t]*[\"']([^\"'\n]*)",),
}
"""By the name of a file: how a requirement stands in it (https://packaging.python.org/specifications/core-metadata/,
https://python-poetry.org/docs/dependency-specification/). The first file of a folder that says something counts."""
ADMITTED = re.compile(rb"(?:>=|~=|={2,3}|>|\^|~|\A|[,|])\s*3(?:\.(\d{1,3})(?!\d)|(?!\.?\d))")
"""The lower ends of what a requirement admits, of Python 3; a bare version, as in Poetry's, is one."""
UNSAID = (3, 11)
"""The oldest Python that counts where none is said: the oldest on which refactorkit runs itself."""

FileReader = Callable[[str], bytes]
"""A file's bytes by its path, b'' without it."""


def oldest_python(configuration: Mapping[str, bytes], sources: Mapping[str, Source]) -> tuple[int, int]:
    """The oldest Python 3 that the metadata nearest to the root admits, of several as near the oldest; else `UNSAID`."""
    read = file_reader(configuration, sources)
    found: dict[int, list[tuple[int, int]]] = {}
    for folder in {p.rpartition("/")[0] for p in (*configuration, *sources) if p.rpartition("/")[2] in SAID}:
        said = _said(folder, read)
        if said is not None:
            found.setdefault(folder.count("/") + bool(folder), []).append(said)
    return min(found[min(found)]) if found else UNSAID


def python_for(path: str, read: FileReader) -> tuple[int, int] | None:
    """The oldest Python 3 that the metadata nearest above a file admits, or None if none says."""
    for folder in _folders_above(path):
        said = _said(folder, read)
        if said is not None:
            return said
    return None


def file_reader(configuration: Mapping[str, bytes], sources: Mapping[str, Source]) -> FileReader:
    """A reader of configuration files and of sources."""

    def read(path: str) -> bytes:
        source = sources.get(path)
        return configuration.get(path, source.data if source else b"")

    return read


def _folders_above(path: str) -> Iterable[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _said(folder: str, read: FileReader) -> tuple[int, int] | None:
    for name, patterns in SAID.items():
        data = read(f"{folder}/{name}" if folder else name)
        for pattern in patterns:
            said = re.search(pattern, data, re.MULTILINE)
            ends = [int(end or 0) for end in ADMITTED.findall(said.group(1))] if said else []
            if ends:
                return 3, min(ends)
    return None
