"""A recording: what arrived at each broad handler, by the source it was seen in.

One small JSON file holds what all runs saw. It is keyed by the hash of the source, so what was seen in another version
of a file says nothing about this one; copies of a file share what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct, field

from refactorkit.config import ConfigError

SCHEMA = "refactorkit/observed/1"
DEFAULT_PATH = ".refactorkit/observed.json"
"""Where a recording lies, seen from the project's root. The folder ignores itself in git."""
MANY_UNRELATED = 5
"""So many types without a common base class below Exception mean that the handler guards code which may raise anything."""
ROOTS = frozenset({"Exception", "BaseException", "object"})
"""Base classes that relate no two exceptions."""


class Arrived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One exception type that arrived at a handler.

    `type` is its qualified name where it is defined (`json.decoder.JSONDecodeError`), that of a builtin without its
    module (`OSError`); a name with `<locals>` in it can't be imported. `bases` are its base classes in the order in
    which Python searches them, named alike, without the type itself and without `object`. `count` is how often it
    arrived. Of these, `injected` were raised by code of the tests or by a mock: they show what the handler is for, and
    nothing about what its body can raise.
    """

    type: str
    bases: tuple[str, ...] = ()
    count: int = 0
    injected: int = 0

    def is_a(self, name: str) -> bool:
        """Whether a clause with the type of this qualified name would have caught it."""
        return name == self.type or name in self.bases


class Observed(Struct, frozen=True, kw_only=True):
    """What arrived at one broad handler. `entered` counts arrivals, those of types that tests define included.

    `types` are sorted by name and hold no type that tests define; `left_out` is how often such a one arrived.
    `unsure` is how often it could not be told whether an earlier clause of the same `try` took the exception.
    """

    line: int
    entered: int
    types: tuple[Arrived, ...]
    left_out: int = 0
    unsure: int = 0

    @property
    def is_likely_boundary(self) -> bool:
        """Whether it saw so many unrelated types that it probably guards code which may raise anything."""
        return len(families(self.types)) >= MANY_UNRELATED


class Handler(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One handler, as it is stored: its types sorted by name."""

    types: tuple[Arrived, ...] = ()
    left_out: int = 0
    unsure: int = 0


class Seen(Struct, frozen=True, kw_only=True):
    """What was seen in one source: its path when it was recorded, and its handlers by the line of their `except`."""

    path: str
    handlers: dict[int, Handler] = field(default_factory=dict)

    def observed(self) -> tuple[Observed, ...]:
        """Its handlers, by line."""
        return tuple(_observed(line, self.handlers[line]) for line in sorted(self.handlers))


class Observations(Struct, frozen=True, kw_only=True):
    """What all runs so far saw, by the hash of the source."""

    schema: str = SCHEMA
    sources: dict[str, Seen] = field(default_factory=dict)

    def at(self, source: bytes, line: int) -> Observed | None:
        """What arrived at the handler whose `except` stands on `line` (from 1) of this source.

        None when no run entered it, which includes every handler of a source that was recorded in another version.
        """
        seen = self.sources.get(digest(source))
        handler = seen.handlers.get(line) if seen is not None else None
        return _observed(line, handler) if handler is not None else None

    def handlers(self, source: bytes) -> tuple[Observed, ...]:
        """Every handler of this source that a run entered, by line."""
        seen = self.sources.get(digest(source))
        return seen.observed() if seen is not None else ()


def load(path: Path) -> Observations:
    """The recording in a file; an empty one when there is no such file.

    Raises ConfigError when the file can't be read, or is no recording.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Observations()
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror}): check its permissions") from error
    return decode(data, str(path))


def decode(data: bytes, name: str) -> Observations:
    """The recording in the bytes of a file of this name. Raises ConfigError when they are none."""
    try:
        made = msgspec.json.decode(data, type=Observations)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ConfigError(f"{name} is no recording ({error}): remove it and record again") from error
    if made.schema != SCHEMA:
        raise ConfigError(f"{name} is {made.schema}, not {SCHEMA}: remove it and record again")
    return made


def encode(observations: Observations) -> bytes:
    """The bytes of a recording, in the same order for the same content, to be read by people too."""
    sources = {key: _sorted(seen) for key, seen in sorted(observations.sources.items(), key=_by_path)}
    made = msgspec.json.encode(Observations(sources=sources))
    return msgspec.json.format(made, indent=1) + b"\n"


def digest(source: bytes) -> str:
    """The key of a source. Line ends don't count: git may store others than the disk holds."""
    return sha256(source.replace(b"\r\n", b"\n")).hexdigest()


def merged(one: Observations, other: Observations) -> Observations:
    """What both saw. Of a path that `other` saw in another version, only that version stays."""
    paths = {seen.path for seen in other.sources.values()}
    sources = {
        key: seen for key, seen in one.sources.items() if seen.path not in paths or key in other.sources
    }
    for key, seen in other.sources.items():
        old = sources.get(key, Seen(path=seen.path))
        lines = {*old.handlers, *seen.handlers}
        handlers = {line: _sum(old.handlers.get(line), seen.handlers.get(line)) for line in lines}
        sources[key] = Seen(path=seen.path, handlers=handlers)
    return Observations(sources=sources)


def families(types: Iterable[Arrived]) -> tuple[tuple[str, ...], ...]:
    """The types in groups that share a base class below Exception, each sorted; a type raised as it stands is a group."""
    groups: list[tuple[set[str], set[str]]] = []
    for arrived in types:
        names, known = {arrived.type}, {arrived.type, *arrived.bases} - ROOTS
        related = [group for group in groups if group[1] & known]
        for group in related:
            names |= group[0]
            known |= group[1]
            groups.remove(group)
        groups.append((names, known))
    return tuple(sorted(tuple(sorted(names)) for names, _ in groups))


def _by_path(item: tuple[str, Seen]) -> tuple[str, str]:
    return item[1].path, item[0]


def _sorted(seen: Seen) -> Seen:
    return Seen(path=seen.path, handlers=dict(sorted(seen.handlers.items())))


def _observed(line: int, handler: Handler) -> Observed:
    return Observed(
        line=line,
        entered=sum(arrived.count for arrived in handler.types) + handler.left_out,
        types=handler.types,
        left_out=handler.left_out,
        unsure=handler.unsure,
    )


def _sum(one: Handler | None, other: Handler | None) -> Handler:
    both = [handler for handler in (one, other) if handler is not None]
    types: dict[str, Arrived] = {}
    for handler in both:
        for arrived in handler.types:
            types[arrived.type] = _added(types.get(arrived.type), arrived)
    return Handler(
        types=tuple(types[name] for name in sorted(types)),
        left_out=sum(handler.left_out for handler in both),
        unsure=sum(handler.unsure for handler in both),
    )


def _added(one: Arrived | None, other: Arrived) -> Arrived:
    if one is None:
        return other
    return msgspec.structs.replace(
        other, count=one.count + other.count, injected=one.injected + other.injected
    )


__all__ = [
    "DEFAULT_PATH", "Arrived", "Handler", "Observations", "Observed", "Seen",
    "decode", "digest", "encode", "families", "load", "merged",
]  # fmt: skip
