"""Exception types of a project and of libraries: which are subclasses of which, as far as that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from refactorkit.analysis.symbols import External, Ref, Symbols
from refactorkit.raise_knowledge import NEWEST, exception_bases, is_exception, normalised

if TYPE_CHECKING:
    from refactorkit.analysis.package_questions import Packages

Raisable = Ref | str
"""An exception type: a class of the project, or a qualified name in its normal form, builtins bare."""
PROGRAMMING = frozenset(["TypeError", "AttributeError", "NameError", "UnboundLocalError"])
"""What well-typed operations don't raise."""
OUTSIDE_OF_EXCEPTION = ("KeyboardInterrupt", "SystemExit", "GeneratorExit", "asyncio.CancelledError")


class Lineage(Struct, frozen=True):
    """A type with all its superclasses; `is_whole` is False when some base isn't known."""

    types: frozenset[Raisable]
    is_whole: bool


class ExceptionTypes:
    """Answers about exception types; everything is remembered."""

    def __init__(self, symbols: Symbols, python: tuple[int, int], packages: Packages | None = None) -> None:
        self._symbols = symbols
        self._packages = packages
        self.python = python
        """The oldest Python that the project is for."""
        self._lineages: dict[Raisable, Lineage] = {}

    def lineage(self, kind: Raisable) -> Lineage:
        """The superclasses of a type, itself included."""
        if kind not in self._lineages:
            self._lineages[kind] = self._find(kind)
        return self._lineages[kind]

    def _find(self, kind: Raisable) -> Lineage:
        if isinstance(kind, str):
            return self._outside(kind)
        found: set[Raisable] = set()
        is_whole = True
        for base in self._symbols.order(kind):
            if isinstance(base, External):
                name = self.bare(base.qualified)
                if name not in ("object", "typing.Generic", "abc.ABC"):
                    lineage = self._outside(name)
                    found |= lineage.types
                    is_whole = is_whole and lineage.is_whole
            elif base is None:
                is_whole = False
            else:
                found.add(base)
        return Lineage(frozenset(found), is_whole and "BaseException" in found)

    def _outside(self, name: str) -> Lineage:
        known = self._packages.lineage(name) if self._packages and not is_exception(name) else None
        return known or Lineage(frozenset([name, *exception_bases(name, self.python)]), is_exception(name))

    def is_subclass(self, kind: Raisable, other: Raisable) -> bool | None:
        """Whether a type is another one or below it; None when that can't be told."""
        if kind == other or other == "BaseException":
            return True
        lineage = self.lineage(kind)
        if other in lineage.types:
            return True
        if not lineage.is_whole or not self.lineage(other).is_whole:
            return None
        return False

    def bare(self, qualified: str) -> str:
        """The normal form of a qualified name, in the oldest Python that the project is for."""
        if self._packages is not None and self._packages.owns(qualified):
            return self._packages.named(qualified)
        return bare(qualified, self.python)

    def is_exception(self, kind: Raisable) -> bool:
        """Whether a type is certainly an exception."""
        return self.lineage(kind).is_whole or bool({"BaseException", "Exception"} & self.lineage(kind).types)


def bare(qualified: str, python: tuple[int, int] = NEWEST) -> str:
    """The normal form of a qualified name: builtins without their module, aliases under one name."""
    return normalised(qualified.removeprefix("builtins."), python)


def spoken(kind: Raisable) -> str:
    """A type for people: `ValueError`, `json.JSONDecodeError`, the name of a class of the project."""
    return kind if isinstance(kind, str) else kind.name
