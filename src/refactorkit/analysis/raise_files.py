"""The facts about raising of a project's files, read when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from msgspec import Struct

from refactorkit.analysis.expressions import Expression
from refactorkit.analysis.raise_facts import FileRaises, Routine
from refactorkit.analysis.raise_reading import file_raises
from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.values import Place
from refactorkit.facts import extractor

STEP = 64
"""How many files are outlined and read together, so that each is parsed once: as many trees are kept."""
ASSIGNED = re.compile(rb"([\w\])]+)\.([^\W\d]\w*)[ \t]*=(?!=)")
SET = re.compile(rb"\bsetattr\(([^\n\"']*?),[ \t]*[\"'](\w+)[\"']")
ALIAS = re.compile(rb"\b([\w.]+)[ \t]+as[ \t]+(\w+)")
LAST = re.compile(rb"(\w+)\W*$")
NAMESPACE = re.compile(
    rb"(?:\bglobals\(\)|\bvars\([^()]*\)|__dict__)(?:\[[^\]\n]*\][ \t]*=(?!=)|\.update\(|\.setdefault\()"
)
ME = (b"self", b"cls", b"this")


class Rebound(Struct, frozen=True, array_like=True):
    """The names that a file assigns to as attributes of something that isn't called `self` or `cls`, behind the last word
    of what that is called (`time.sleep`); `is_dynamic`: it writes to a namespace as a dictionary, so that any of its own names may mean something else."""

    names: tuple[str, ...]
    is_dynamic: bool


@extractor
def rebound(data: bytes) -> Rebound:
    """The attributes that a file sets on others: modules, classes and objects. Found without parsing."""
    found = {(m[1], m[2]) for m in ASSIGNED.finditer(data) if m[1] not in ME}
    for match in SET.finditer(data) if b"setattr" in data else ():
        owner = LAST.search(match[1])
        if owner is None or owner[1] not in ME:
            found.add((owner[1] if owner else b"", match[2]))
    aliases = {m[2]: m[1].rpartition(b".")[2] for m in ALIAS.finditer(data)}
    found |= {(aliases[owner], name) for owner, name in found if owner in aliases}
    names = tuple(sorted(b".".join(pair).decode("utf-8", "replace") for pair in found))
    return Rebound(names, NAMESPACE.search(data) is not None)


class RaiseFiles:
    """Facts by path; outlines and facts of a file are read together."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._facts: dict[str, FileRaises] = {}
        self._routines: dict[str, dict[tuple[str, int], Routine]] = {}
        self.failures: dict[str, str] = {}
        self._rebound: tuple[frozenset[str], Container[str]] | None = None

    def read(self, paths: Iterable[str]) -> None:
        """Read these files, as many at once as their trees can be kept."""
        wanted = [
            p for p in paths if p in self._symbols.sources and p not in self._facts and p not in self.failures
        ]
        for start in range(0, len(wanted), STEP):
            chunk = wanted[start : start + STEP]
            self._symbols.read(chunk)
            gathered = file_raises.of([self._symbols.sources[path] for path in chunk])
            self._facts.update(gathered.facts)
            self.failures.update(gathered.failures)

    def facts(self, path: str) -> FileRaises | None:
        """The facts of a file; None for one that is no Python."""
        self.read([path])
        return self._facts.get(path)

    def routine(self, path: str, name: str, line: int) -> Routine | None:
        """A function's facts."""
        if path not in self._routines:
            facts = self.facts(path)
            self._routines[path] = {(r.name, r.line): r for r in facts.routines} if facts else {}
        return self._routines[path].get((name, line))

    def rebound(self) -> tuple[frozenset[str], Container[str]]:
        """All names that the project assigns to as attributes of modules, classes or others' objects, alone and behind the
        last word of what they are set on; and the files whose own names are written to as a dictionary."""
        if self._rebound is not None:
            return self._rebound
        facts = rebound.of(self._symbols.sources.values()).facts
        pairs = frozenset(name for file in facts.values() for name in file.names)
        names = pairs | {pair.rpartition(".")[2] for pair in pairs}
        dynamic = frozenset(path for path, file in facts.items() if file.is_dynamic)
        self._rebound = names, dynamic
        return self._rebound

    def is_set_elsewhere(self, name: str) -> bool:
        """Whether something assigns to an attribute of this name that isn't one of its own (`self.name`)."""
        return name in self.rebound()[0]

    def given_back(self, path: str, name: str, line: int) -> tuple[Place, tuple[Expression, ...]] | None:
        """What a function returns, and where that stands; None for a generator and for what can't be read."""
        routine, facts = self.routine(path, name, line), self.facts(path)
        if routine is None or facts is None or routine.is_generator:
            return None
        return Place(path, facts.scopes, routine.scope), routine.returned

    def yields_once(self, path: str, name: str, line: int) -> bool:
        """Whether a generator function yields exactly once, whichever way it goes."""
        routine = self.routine(path, name, line)
        return routine is not None and routine.yields_once

    def may_be_none(self, path: str, line: int, name: str) -> bool:
        """Whether None is the default of a parameter of the function on a line."""
        facts = self.facts(path)
        return facts is not None and (line, name) in facts.nullable
