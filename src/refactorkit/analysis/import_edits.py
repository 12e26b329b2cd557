"""The edits that hoist-imports plans for each file, as frozen facts that a worker can carry out without looking further."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.model import Change, Finding


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


class ImportFacts(Struct, frozen=True):
    """Everything that hoist-imports knows about a project and will do to it."""

    files: dict[str, FilePlan]
    additions: tuple[Change, ...] = ()
    failures: dict[str, str] = {}
