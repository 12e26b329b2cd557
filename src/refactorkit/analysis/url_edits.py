"""The edits that http-url plans for each file, as frozen facts that a worker can carry out without looking further."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.model import Change, Finding


class FieldEdit(Struct, frozen=True):
    """One field to retype. `statement` is the index of the top-level statement that holds it, `path` the names of the
    classes down to it. `replace` maps source texts of the old type to the new name; `wrap` is (literal, callee)."""

    statement: int
    path: tuple[str, ...]
    field: str
    replace: dict[str, str]
    tasks: tuple[str, ...]
    wrap: tuple[str, str] | None = None


class FilePlan(Struct, frozen=True):
    """What becomes of one file: its findings and, if it changes, its edits.

    `insert` holds new definitions, each with the line after which it goes; `delete` holds ranges of lines.
    """

    findings: tuple[Finding, ...]
    fields: tuple[FieldEdit, ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    insert: tuple[tuple[int, str], ...] = ()
    delete: tuple[tuple[int, int], ...] = ()
    first_party: tuple[str, ...] = ()


class UrlFacts(Struct, frozen=True):
    """Everything that http-url knows about a project and will do to it."""

    files: dict[str, FilePlan]
    additions: tuple[Change, ...] = ()
