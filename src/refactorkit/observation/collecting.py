"""From what the recorded processes wrote to a recording: what tests define is sorted out, and equal types are added up."""

from __future__ import annotations

import ast
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

from msgspec import Struct

from refactorkit.observation.recording import Arrived, Handler, Observations, Seen, digest

TESTS = ("test_*.py", "*_test.py", "conftest.py", "tests/")
"""Which files are tests unless told otherwise: patterns of file names, and names of folders with a `/` at the end."""
INSTALLED = ("site-packages", "dist-packages")
TOOLS = frozenset({"_pytest", "pytest", "unittest", "hypothesis", "nose", "mock"})
"""Packages that run tests: what they define or raise is no error of the program."""


class Place(Struct, frozen=True):
    """A type at a handler, as a process wrote it. `source` is the file of the code that raised it."""

    path: str
    line: int
    type: str
    bases: tuple[str, ...]
    home: str
    source: str
    is_sure: bool


class Collected(Struct, frozen=True):
    """What the processes wrote. `versions` counts the recorded processes by Python version, `notes` what went wrong."""

    arrivals: dict[Place, int]
    versions: dict[str, int]
    notes: dict[str, int]


def collect(spool: Path) -> Collected:
    """Read what each process wrote; a line that a process did not finish is left out."""
    arrivals: Counter[Place] = Counter()
    versions: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for path in sorted(spool.iterdir()):
        for entry in _entries(path):
            match entry:
                case ("started", str(version)):
                    versions[version] += 1
                case (str(), str(text)):
                    notes[text] += 1
                case (*place, int(count)) if len(place) == 7:
                    arrivals[Place(*place)] += count
    return Collected(dict(arrivals), dict(versions), dict(notes))


def _entries(path: Path) -> Iterator[tuple[Any, ...]]:
    for line in path.read_text("ascii", "replace").splitlines():
        try:
            entry = ast.literal_eval(line)
        except (ValueError, SyntaxError):
            continue
        if isinstance(entry, tuple):
            yield entry


def recording(
    collected: Collected, sources: Mapping[str, bytes], root: Path, tests: Sequence[str] = TESTS
) -> Observations:
    """The recording of what arrived in these sources, which are keyed by absolute path."""
    files: dict[str, dict[int, dict[str, Arrived]]] = {}
    left_out: Counter[tuple[str, int]] = Counter()
    unsure: Counter[tuple[str, int]] = Counter()
    for place, count in collected.arrivals.items():
        handler = files.setdefault(place.path, {}).setdefault(place.line, {})
        if not place.is_sure:
            unsure[place.path, place.line] += count
        if place.type.partition(".")[0] in TOOLS or is_test(place.home, root, tests):
            left_out[place.path, place.line] += count
            continue
        before = handler.get(place.type, Arrived(type=place.type))
        injected = count if is_test(place.source, root, tests) else 0
        handler[place.type] = Arrived(
            type=place.type,
            bases=place.bases,
            count=before.count + count,
            injected=before.injected + injected,
        )
    found: dict[str, Seen] = {}
    for path, handlers in files.items():
        made = {
            line: Handler(
                types=tuple(types[name] for name in sorted(types)),
                left_out=left_out[path, line],
                unsure=unsure[path, line],
            )
            for line, types in handlers.items()
        }
        found[digest(sources[path])] = Seen(path=Path(path).relative_to(root).as_posix(), handlers=made)
    return Observations(sources=found)


def is_test(file: str, root: Path, tests: Sequence[str] = TESTS) -> bool:
    """Whether a file belongs to tests: by the patterns, to a package that runs tests, or one that they wrote somewhere.

    Folders count below the project's root, or below a folder of installed packages; what lies above says nothing.
    """
    if not file or file.startswith("<"):
        return False
    path = PurePath(file)
    parts = path.parts
    if path.is_relative_to(root):
        parts = path.relative_to(root).parts
    elif any(name in parts for name in INSTALLED):
        last = max(index for index, name in enumerate(parts) if name in INSTALLED)
        parts = parts[last + 1 :]
    elif path.is_relative_to(tempfile.gettempdir()):
        return True
    else:
        parts = parts[-2:]
    if TOOLS.intersection(parts[:-1]) or (path.suffix == ".py" and path.stem in TOOLS):
        return True
    folders = {pattern.rstrip("/") for pattern in tests if pattern.endswith("/")}
    return not folders.isdisjoint(parts[:-1]) or any(fnmatchcase(path.name, one) for one in tests)


__all__ = ["TESTS", "Collected", "Place", "collect", "is_test", "recording"]
