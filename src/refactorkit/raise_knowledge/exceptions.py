"""The exceptions of the builtins and of the standard library: their superclasses, and their other names.

`exceptions.toml` is written by `python -m refactorkit.raise_knowledge.collect`, from the interpreters themselves.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from msgspec import Struct

Version = tuple[int, int]
ROOT = "BaseException"
NEWEST = (3, 13)
"""The newest Python that the knowledge base was tried with."""


class Apart(Struct, frozen=True):
    """A class of its own that became another one's alias in some version; its other names, and its bases until then."""

    since: Version
    names: tuple[str, ...]
    bases: tuple[str, ...]


class Tables(Struct, frozen=True):
    """What `exceptions.toml` holds. `since` is the first version that has a name, for those that 3.7 doesn't have."""

    bases: dict[str, tuple[str, ...]]
    aliases: dict[str, str]
    plain: frozenset[str]
    since: dict[str, Version]
    apart: dict[str, Apart]


def normalised(name: str, oldest: Version = NEWEST) -> str:
    """The one name of an exception: "OSError" for `IOError` or `socket.error`; what isn't known stays as it is.

    `asyncio.TimeoutError` is the builtin one only where the `oldest` version has it so: else code has to name both.
    """
    found = _tables().apart.get(name)
    if found is not None and oldest < found.since:
        return found.names[0]
    return _tables().aliases.get(name, name)


def is_named(name: str, oldest: Version) -> bool:
    """Whether every version from the `oldest` on has an exception of this name."""
    return _tables().since.get(name, oldest) <= oldest


def is_exception(name: str) -> bool:
    """Whether a qualified name, in any of its spellings, is an exception of the builtins or the standard library."""
    return normalised(name) in _tables().bases


def is_plain(name: str) -> bool:
    """Whether making an exception of the builtins or the standard library runs only code of the interpreter."""
    return normalised(name) in _tables().plain


def exception_bases(name: str, oldest: Version = NEWEST) -> tuple[str, ...]:
    """All superclasses of an exception, nearest first, up to BaseException; () for one that isn't known."""
    bases, found = _tables().bases, list[str]()
    apart = _tables().apart.get(name)
    is_apart = apart is not None and oldest < apart.since
    waiting = list(apart.bases if apart and is_apart else bases.get(normalised(name), ()))
    while waiting:
        base = waiting.pop(0)
        if base not in found:
            found.append(base)
            waiting += bases.get(base, ())
    return tuple(sorted(found, key=lambda base: -len(_above(base))))


def _above(name: str) -> set[str]:
    bases = _tables().bases.get(name, ())
    return set(bases).union(*(_above(base) for base in bases))


@cache
def _tables() -> Tables:
    text = (files("refactorkit.raise_knowledge") / "exceptions.toml").read_text("utf-8")
    read = tomllib.loads(text)
    apart: dict[str, Apart] = {}
    for name, said in read["apart"].items():
        names = (name, *said["names"])
        apart |= dict.fromkeys(names, Apart(_version(said["since"]), names, tuple(said["bases"])))
    return Tables(
        bases={name: tuple(above) for name, above in read["bases"].items()},
        aliases=read["aliases"],
        plain=frozenset(read["plain"]),
        since={name: _version(text) for name, text in read["since"].items()},
        apart=apart,
    )


def _version(text: str) -> Version:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
