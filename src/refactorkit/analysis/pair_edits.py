"""The edits that sync-wrapper plans for each file, as frozen facts that a worker can carry out without looking further."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.caller_edits import Migration
from refactorkit.model import Change, Finding
from refactorkit.splice import Splice


class FilePlan(Struct, frozen=True):
    """What becomes of one file: its findings and, if it changes, its edits.

    `bodies` put new bodies in place of old ones and change names in place, `delete` are ranges of lines of functions
    that nobody calls any more, `add` are (module, name) to import, `remove` names whose import goes, `callers` are the
    awaited calls that take the async name, with their own findings.
    """

    findings: tuple[Finding, ...]
    bodies: tuple[Splice, ...] = ()
    delete: tuple[tuple[int, int], ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    callers: Migration = Migration()


class PairFacts(Struct, frozen=True):
    """Everything that sync-wrapper knows about a project and will do to it.

    `twins` gives the names of sync functions the names of their async twins, helpers included; `bridge` is its name.
    """

    files: dict[str, FilePlan]
    additions: tuple[Change, ...] = ()
    failures: dict[str, str] = {}
    twins: dict[str, str] = {}
    bridge: str = ""
