"""What the analysis of handlers may ask about installed packages, and how a call into one is named among functions."""

from __future__ import annotations

from collections.abc import Mapping

from refactorkit.analysis.expressions import Call
from refactorkit.analysis.raise_sets import Key, Raises
from refactorkit.analysis.raise_types import Lineage, bare
from refactorkit.analysis.values import Outside, Values

PACKAGE = ""
"""The path of what isn't in the project: a key with it is asked of the packages."""
NAME, EXACT, OPEN = range(3)
"""What a callee is looked up on: a module or a class; an object of just that class; an object of it or of a subclass."""
AWAITED = 4
"""Added where the result is awaited at once."""


def package_key(qualified: str, looked_up: int, is_awaited: bool) -> Key:
    """The key of a call into a package."""
    return Key(PACKAGE, qualified, looked_up + (AWAITED if is_awaited else 0))


class Packages:
    """The packages that nobody is asked about: none. See `raise_packages` for those of an environment."""

    consulted: Mapping[str, str] = {}
    """The distributions that something was asked about, with their versions."""

    def owns(self, qualified: str) -> bool:
        """Whether a dotted name is one of a package, which is to be asked about it."""
        return False

    def raised(self, key: Key) -> Raises:
        """What the call of a key raises."""
        return Raises()

    def returned(self, callee: Outside, call: Call) -> Values:
        """What calling a function, a class or a method of a package gives."""
        return callee.called()

    def named(self, qualified: str) -> str:
        """The one name of a class, in any of its spellings."""
        return bare(qualified)

    def lineage(self, name: str) -> Lineage | None:
        """The superclasses of an exception type of a package, by their names; None for a type that isn't known."""
        return None

    def has_name(self, qualified: str) -> bool:
        """Whether a dotted name is one that a module of a package binds, so that reading it runs no code."""
        return False

    def has_class(self, qualified: str) -> bool:
        """Whether a dotted name is one of a class of a package."""
        return False

    def has_module(self, name: str) -> bool:
        """Whether a dotted name is one of a module of a package."""
        return False

    def has_attribute(self, name: str, attribute: str) -> bool:
        """Whether every exception of a type of a package has an attribute, as far as it is known."""
        return False
