"""What recorded runs saw at a handler, in the terms of the analysis."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from refactorkit.analysis.modules import ModuleRef
from refactorkit.analysis.raise_types import PROGRAMMING, ExceptionTypes, Raisable
from refactorkit.analysis.symbols import Ref, Symbols
from refactorkit.observation.recording import Arrived, Observations, load

UNRECORDED = Observations()


class Sighting(Struct, frozen=True):
    """A type that arrived: with all its superclasses, and whether tests or mocks raised it each time."""

    kind: Raisable
    lineage: frozenset[Raisable]
    is_injected: bool

    @property
    def is_programming(self) -> bool:
        """Whether it is a type that well-typed code doesn't raise."""
        return bool(self.lineage & PROGRAMMING)


class Sightings(Struct, frozen=True):
    """All that arrived at one handler; `is_boundary`: so many unrelated types that anything may arrive."""

    types: tuple[Sighting, ...]
    is_boundary: bool
    words: tuple[str, ...]


class Recorded:
    """Looks handlers up in the recordings of a project."""

    def __init__(self, observations: Observations, symbols: Symbols, kinds: ExceptionTypes) -> None:
        self._kinds = kinds
        self._observations = observations
        self._symbols = symbols

    def at(self, path: str, line: int) -> Sightings | None:
        """What arrived at the handler whose `except` is on a line; None where no run entered it."""
        found = self._observations.at(self._symbols.sources[path].data, line)
        if found is None or not found.types:
            return None
        types = tuple(self._sighting(arrived, path) for arrived in found.types)
        words = tuple(f"{arrived.type}: {arrived.count}" for arrived in found.types)
        return Sightings(types, found.is_likely_boundary, words)

    def _sighting(self, arrived: Arrived, path: str) -> Sighting:
        names = [self._kind(name, path) for name in (arrived.type, *arrived.bases)]
        return Sighting(names[0], frozenset(names), arrived.injected >= arrived.count)

    def _kind(self, qualified: str, path: str) -> Raisable:
        """A qualified name as a type: a class of the project, or one from outside in its normal form."""
        module, _, name = qualified.rpartition(".")
        if module:
            target = self._symbols.target(module, path)
            if isinstance(target, ModuleRef) and self._symbols.cls(Ref(target.path, name)):
                return Ref(target.path, name)
        return self._kinds.bare(qualified)


def recording_near(name: str) -> Path | None:
    """The recording of this name in the working folder or in the nearest one above; None when there is none."""
    if not name:
        return None
    here = Path.cwd()
    return next((folder / name for folder in (here, *here.parents) if (folder / name).is_file()), None)


def observations(name: str) -> Observations:
    """The recording of this name; an empty one when there is none. Raises ConfigError for what is no recording."""
    path = recording_near(name)
    return load(path) if path else UNRECORDED
