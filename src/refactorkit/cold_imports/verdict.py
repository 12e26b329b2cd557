"""What the gate of cold imports knows of a module, and the bounds in which it finds out."""

from __future__ import annotations

import re

from msgspec import Struct

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds of a run: seconds for a module, for what is loaded once, and in all; bytes of address space for a process."""

    module: float = 60.0
    start: float = 180.0
    total: float = 1800.0
    memory: int = 8 * 1024**3


class Failure(Struct, frozen=True):
    """How importing a module fails: the exception's type and message, and its last frames inside of the project.

    Besides exceptions, the types are Timeout, Exit (it ended its process), Killed (a signal did), Elsewhere (another copy
    of the project was imported) and Lost (it took the probe with it).
    """

    type: str
    message: str = ""
    trace: tuple[str, ...] = ()

    def within(self, tree: str) -> Failure:
        """The failure as it would be in any tree: without the tree's place and without addresses."""
        plain = ADDRESS.sub("0x", self.message.replace(f"{tree}/", "").replace(tree, ""))
        return Failure(self.type, plain, self.trace)

    def is_like(self, other: Failure | None) -> bool:
        """Whether the other one fails in the same way."""
        return other is not None and (self.type, self.message) == (other.type, other.message)

    def __str__(self) -> str:
        first = " ".join(self.message.split())[:300]
        return f"{self.type}: {first}" if first else self.type


class Answer(Struct, frozen=True):
    """What became of importing a module; `loaded` are the modules of the project that were loaded then, or all.

    After a failure some are missing: Python forgets the modules whose import fails. `times` are the microseconds that
    each module took by itself, of a job that was timed.
    """

    failure: Failure | None = None
    loaded: frozenset[str] = frozenset()
    times: dict[str, int] = {}


class Job(Struct, frozen=True):
    """A module to be imported: its dotted name, and the folder (from the tree, `/`-separated) it is imported from.

    `is_fresh` asks for a new interpreter rather than a fork, `tells_loaded` for what is loaded afterwards, `is_timed` for
    what `-X importtime` says, which needs a fresh interpreter on a system with forks.
    """

    name: str
    folder: str
    is_fresh: bool = False
    tells_loaded: bool = False
    is_timed: bool = False

    @property
    def module(self) -> tuple[str, str]:
        """What tells it from the other modules of the project."""
        return self.folder, self.name
