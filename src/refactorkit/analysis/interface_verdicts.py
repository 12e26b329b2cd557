"""What keeps symbols from moving to an interface module, and what moves when nothing does."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class ExtractionReason(StrEnum):
    """Why the names of an import that is in a cycle were not moved to an interface module."""

    SYMBOL_CYCLE = "symbol-cycle"
    """What is imported needs, through other definitions, the very function or class that imports it. The evidence
    `symbols` holds that cycle: one of these must be cut first."""
    SYMBOL_REBOUND = "symbol-rebound"
    """A name that would move gets new values, or a value that can change is shared with code that stays."""
    SYMBOL_FINISHED = "symbol-finished"
    """A statement that must stay completes the definition (`Y.x = ...`, a call with it): move it into the definition."""
    TOO_LARGE = "too-large"
    """What would have to move has more lines than the options `extract-lines` and `extract-share` allow."""
    NOT_A_LEAF = "not-a-leaf"
    """What would move needs imports that lead back to one of both sides, which the evidence `cycle` shows."""
    FIXED_MODULE = "fixed-module"
    """Nothing can be moved out of the home: a star import, a computed `__all__`, a module `__getattr__`, its encoding."""
    MODULE_IDENTITY = "module-identity"
    """The code sees which module it stands in (`__name__`, `__file__`, `globals()`, `inspect`), or the names around it."""
    CONDITIONAL_DEFINITION = "conditional-definition"
    """A name that would move is defined under a condition, in a loop, or together with others on a line."""
    FORWARD_REFERENCE = "forward-reference"
    """A class's base or decorator evaluates annotations whose names are imported only for type checkers."""
    REGISTRATION_ORDER = "registration-order"
    """Defining it runs code, and it would run before other code of its module that runs at import."""
    SYMBOL_PATCHED = "symbol-patched"
    """Tests replace a name of the home that the moved code is called by or looks up: it would no longer see that."""


class Refusal(Struct, frozen=True):
    """Why an import stays. `reason` is a reason code of this enum or of hoist-imports."""

    reason: str
    message: str
    evidence: dict[str, Any] = {}


class Closure(Struct, frozen=True):
    """Symbols of the file `home` with everything that they need of it.

    `moved` are the positions of its statements at the top level, `names` what these bind. `runtime` and `typing` are the
    names that imports of the home bind and the moved code needs, when it runs and for type checkers. `seeds` are the
    names that somebody imports from there.
    """

    home: str
    seeds: tuple[str, ...]
    moved: tuple[int, ...]
    names: tuple[str, ...]
    runtime: tuple[str, ...]
    typing: tuple[str, ...]


class Moves(Struct, frozen=True):
    """What moved before a plan is made: the paths of the new modules, and where the lines of changed files were.

    `origins` maps a new or changed file to the file that its lines came from, and for each the line there (0: it is new).
    `wanted` are the imports, by their place before, for which symbols moved, with the cycle that this breaks.
    """

    interfaces: tuple[str, ...] = ()
    origins: dict[str, tuple[str, tuple[int, ...]]] = {}
    wanted: dict[tuple[str, int], tuple[str, ...]] = {}

    def origin(self, path: str, line: int) -> tuple[str, int]:
        """The place of a line before anything moved."""
        if path not in self.origins:
            return path, line
        home, lines = self.origins[path]
        return home, lines[line - 1] if line <= len(lines) else 0
