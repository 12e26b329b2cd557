"""What the headers of a file's classes say, and its renamed names, as facts: read by words, without a syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.facts import extractor

HEADER = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?[ \t]*\(([^)]*)", re.MULTILINE)
ALIAS = re.compile(rb"[ \t]as[ \t]+(\w+)")
ASSIGNED = re.compile(rb"^([^\W\d]\w*)[ \t]*=[ \t]*([\w.]+)[ \t]*$", re.MULTILINE)
LAST_WORD = re.compile(rb"(\w+)[ \t]*$")
WORD = re.compile(rb"\w+")


class ClassHeaders(Struct, frozen=True, array_like=True):
    """One file. `classes` holds each class that has bases: its name, and every word among them. `renamed` are the names that
    get another one, in `import x as y` (also `with x as y`) and `y = x`, old and new."""

    classes: tuple[tuple[bytes, tuple[bytes, ...]], ...] = ()
    renamed: tuple[tuple[bytes, bytes], ...] = ()


@extractor
def class_headers(data: bytes) -> ClassHeaders:
    """The headers of a file's classes, generously: those in strings and comments count too."""
    classes = ((m[1], tuple(sorted(set(WORD.findall(m[2]))))) for m in HEADER.finditer(data))
    return ClassHeaders(tuple(classes), tuple(sorted(set(_renamed(data)))))


def _renamed(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for match in ALIAS.finditer(data):
        old = LAST_WORD.search(data, max(0, match.start() - 100), match.start())
        if old and old[1] != match[1]:
            yield old[1], match[1]
    for match in ASSIGNED.finditer(data):
        name = match[2].rpartition(b".")[2]
        if name != match[1]:
            yield name, match[1]
