"""What recorded runs saw at a handler, in the terms of the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from refactorkit.analysis.modules import ModuleRef
from refactorkit.analysis.raise_types import PROGRAMMING, ExceptionTypes, Raisable
from refactorkit.analysis.symbols import Ref, Symbols
from refactorkit.config import ConfigError
from refactorkit.model import RECORDING, Source, Verification
from refactorkit.observation.recording import Arrived, Observations, decode, digest

MOST_NAMED = 3
OF_TESTS = "types that tests define"
"""What arrived and isn't written: a test that throws such a one in fails once the handler is narrowed."""


class Recording(Struct, frozen=True):
    """A recording as it was read: where, and its bytes."""

    path: str
    data: bytes

    def trailer(self) -> dict[str, str]:
        """What a commit says of it among the options: the sha256 of its bytes."""
        return {RECORDING: sha256(self.data).hexdigest()}

    def observations(self) -> Observations:
        """What it holds. Raises ConfigError when it is none."""
        return decode(self.data, self.path)


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
        self._paths = {seen.path: key for key, seen in observations.sources.items()}

    def at(self, path: str, line: int) -> Sightings | None:
        """What arrived at the handler whose `except` is on a line; None where no run entered it."""
        found = self._observations.at(self._symbols.sources[path].data, line)
        if found is None or not found.types:
            return None
        types = tuple(self._sighting(arrived, path) for arrived in found.types)
        words = [f"{arrived.type}: {arrived.count}" for arrived in found.types]
        if found.left_out:
            words.append(f"{OF_TESTS}: {found.left_out}")
        return Sightings(types, found.is_likely_boundary, tuple(words))

    def is_stale(self, path: str) -> bool:
        """Whether a file was recorded, but as it isn't any more."""
        key = self._paths.get(path)
        return key is not None and key != digest(self._symbols.sources[path].data)

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


def recording_of(name: str) -> Recording | None:
    """The recording of this name; None when there is none. Raises ConfigError when it can't be read."""
    path = recording_near(name)
    if path is None:
        return None
    try:
        return Recording(str(path), path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror}): check its permissions") from error


def freshness(observations: Observations, sources: Iterable[Source]) -> Verification:
    """How much of a recording holds for these sources, for the report: what was seen in other bytes doesn't count."""
    known = {digest(source.data) for source in sources if b"except" in source.data}
    stale = sorted(seen.path for key, seen in observations.sources.items() if key not in known)
    holds = len(observations.sources) - len(stale)
    said = f"holds for {holds} of {len(observations.sources)} recorded files"
    if not stale:
        return Verification(gate=RECORDING, ok=True, detail=said)
    named = ", ".join(stale[:MOST_NAMED])
    more = f" and {len(stale) - MOST_NAMED} more" if len(stale) > MOST_NAMED else ""
    said += f"; since then {named}{more} changed or went: run `refactorkit observe` again"
    return Verification(gate=RECORDING, ok=None, detail=said)
