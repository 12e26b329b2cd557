"""The edits that hoist-imports plans for each file, as frozen facts that a worker can carry out without looking further."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.model import Change, Finding
from refactorkit.splice import Splice


class HomeEdits(Struct, frozen=True):
    """How symbols leave a file for an interface module, before its imports are looked at.

    `splices` are (first line, last line, text) as in `Splice`. `origin` gives for each line afterwards the one before, 0
    for a new one. `retired` are the comments that moved along.
    """

    splices: tuple[tuple[int, int, str], ...]
    findings: tuple[Finding, ...]
    retired: tuple[str, ...]
    origin: tuple[int, ...]

    def applied(self) -> list[Splice]:
        """The splices as such."""
        return [Splice(*splice) for splice in self.splices]


class FilePlan(Struct, frozen=True):
    """What becomes of one file: its findings and, if it changes, its edits.

    `remove` holds the line ranges of import statements in functions. `add` and `add_for_types` hold (module, name) as
    `refactorkit.imports` takes them, for the top and for the block under TYPE_CHECKING; `drop_for_types` the local names
    that this block no longer needs to import.
    """

    findings: tuple[Finding, ...]
    remove: tuple[tuple[int, int], ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    add_for_types: tuple[tuple[str, str], ...] = ()
    drop_for_types: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    patches: tuple[tuple[int, int, str], ...] = ()
    """Lines with strings that name what tests replace, as in `Splice`."""
    home: HomeEdits | None = None
    """How symbols leave the file first; the other edits are those of the file without them."""


class ImportFacts(Struct, frozen=True):
    """Everything that hoist-imports knows about a project and will do to it."""

    files: dict[str, FilePlan]
    additions: tuple[Change, ...] = ()
    failures: dict[str, str] = {}
    interfaces: dict[str, tuple[bytes, FilePlan]] = {}
    """New modules by path: their bytes, and the edits that these still get."""
