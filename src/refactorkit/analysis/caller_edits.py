"""The edits that moving callers to the async name plans for a file, as frozen facts, and how they become splices.

They touch single lines, so that whoever rewrites whole functions of the same file can put both together in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from refactorkit.model import Finding
from refactorkit.splice import Splice, Text


class Rename(Struct, frozen=True, order=True):
    """The name at a place becomes another. `line` counts from 1, `column` from 0 in bytes of UTF-8."""

    line: int
    column: int
    old: str
    new: str


class ImportEdit(Struct, frozen=True):
    """A from-import takes another name in, and lets those of `remove` go. `line` is the statement's first.

    `is_local`: it stands inside a function or a block, else directly at module level.
    """

    line: int
    module: str
    add: tuple[str, ...]
    remove: tuple[str, ...]
    is_local: bool


class Migration(Struct, frozen=True):
    """What becomes of the callers in one file. Every finding is one awaited call of a sync name."""

    findings: tuple[Finding, ...] = ()
    renames: tuple[Rename, ...] = ()
    imports: tuple[ImportEdit, ...] = ()


def rename_splices(text: Text, renames: Sequence[Rename]) -> list[Splice]:
    """One splice for each line that holds one of the names."""
    splices = []
    for line in sorted({rename.line for rename in renames}):
        code = text.code(line, line).encode()
        for rename in sorted((r for r in renames if r.line == line), reverse=True):
            old, end = rename.old.encode(), rename.column + len(rename.old.encode())
            if code[rename.column : end] != old:
                raise ValueError(f"{rename.old} isn't at line {line}, column {rename.column}")
            code = code[: rename.column] + rename.new.encode() + code[end:]
        splices.append(Splice(line, line, code.decode()))
    return splices
