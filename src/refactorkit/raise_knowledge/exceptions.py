"""The exceptions of the builtins and of the standard library: their superclasses, and their other names.

`exceptions.toml` is written by `python -m refactorkit.raise_knowledge.collect`, from the interpreters themselves.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

ROOT = "BaseException"


def normalised(name: str) -> str:
    """The one name of an exception: "OSError" for `IOError` or `socket.error`; what isn't known stays as it is."""
    return _tables()[1].get(name, name)


def is_exception(name: str) -> bool:
    """Whether a qualified name, in any of its spellings, is an exception of the builtins or the standard library."""
    return normalised(name) in _tables()[0]


def is_plain(name: str) -> bool:
    """Whether making an exception of the builtins or the standard library runs only code of the interpreter."""
    return normalised(name) in _tables()[2]


def exception_bases(name: str) -> tuple[str, ...]:
    """All superclasses of an exception, nearest first, up to BaseException; () for one that isn't known."""
    bases, found = _tables()[0], list[str]()
    waiting = list(bases.get(normalised(name), ()))
    while waiting:
        base = waiting.pop(0)
        if base not in found:
            found.append(base)
            waiting += bases.get(base, ())
    return tuple(sorted(found, key=lambda base: -len(_above(base))))


def _above(name: str) -> set[str]:
    bases = _tables()[0].get(name, ())
    return set(bases).union(*(_above(base) for base in bases))


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, str], frozenset[str]]:
    text = (files("refactorkit.raise_knowledge") / "exceptions.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    bases = {name: tuple(above) for name, above in tables["bases"].items()}
    return bases, tables["aliases"], frozenset(tables["plain"])
