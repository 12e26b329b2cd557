"""The project's files as bytes: where words stand, and which of them are imported. Nothing is parsed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from refactorkit.analysis.walk_lines import has_word, positions
from refactorkit.model import Source

CHAIN = re.compile(rb"(?<![\w.)\]])([^\W\d]\w*)(?:\.\w+)*\.$")
IMPORTING = re.compile(rb"[ \t]*(?:import|from)[ \t]")


class Files:
    """All Python files of a project, searched by words; what was found is remembered."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._mentioned: dict[str, tuple[str, ...]] = {}
        self._imports: dict[tuple[str, bytes], bool] = {}

    def data(self, path: str) -> bytes:
        """The bytes of a file of the project."""
        return self._sources[path].data

    def sources(self) -> Iterable[Source]:
        """All files of the project."""
        return self._sources.values()

    def paths(self) -> Iterator[str]:
        """The paths of all files of the project."""
        return iter(self._sources)

    def in_scope(self, path: str) -> bool:
        """Whether the run may change the file."""
        return self._sources[path].in_scope

    def mentioning(self, words: set[str]) -> dict[str, set[str]]:
        """The files in which one of these identifiers stands as a whole word, each with the words it has."""
        found: dict[str, set[str]] = {}
        for word in sorted(words):
            if word not in self._mentioned:
                raw = word.encode()
                self._mentioned[word] = tuple(
                    p for p, s in self._sources.items() if raw in s.data and has_word(s.data, raw)
                )
            for path in self._mentioned[word]:
                found.setdefault(path, set()).add(word)
        return found

    def reads_an_import(self, path: str, data: bytes, at: int) -> bool:
        """Whether the attribute chain that ends at a place begins with a name that the file imports somewhere."""
        chain = CHAIN.search(data, max(0, at - 200), at)
        if chain is None:
            return True  # an attribute of a call or a subscript, or a chain over several lines
        key = path, chain.group(1)
        if key not in self._imports:
            self._imports[key] = any(import_around(data, p) is not None for p in positions(data, key[1]))
        return self._imports[key]


def folders_above(paths: Iterable[str]) -> set[str]:
    """Every folder that a file of these lies below, each with a slash at its end."""
    found: set[str] = set()
    for path in paths:
        at = path.rfind("/")
        while at >= 0 and path[: at + 1] not in found:
            found.add(path[: at + 1])
            at = path.rfind("/", 0, at)
    return found


def import_around(data: bytes, at: int) -> int | None:
    """Where the keyword `import` of the statement around a place stands, by looking backwards; None outside of imports.

    Generous: a place on a line that begins like an import always counts.
    """
    keyword = data.rfind(b"import", 0, at)
    while keyword >= 0:
        line = data.rfind(b"\n", 0, keyword) + 1
        if IMPORTING.match(data, line):
            break
        keyword = data.rfind(b"import", 0, keyword)  # the word stands in a comment or a string
    if keyword < 0:
        return None
    if data[keyword + 6 : keyword + 32].lstrip().startswith(b"("):
        inside = data.find(b")", keyword, at) < 0
    else:
        end = data.find(b"\n", keyword, at)
        while end > 0 and data[end - 2 : end].rstrip(b"\r").endswith(b"\\"):
            end = data.find(b"\n", end + 1, at)
        inside = end < 0
    if inside:
        return keyword
    return at if IMPORTING.match(data, data.rfind(b"\n", 0, at) + 1) else None
