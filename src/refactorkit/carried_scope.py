"""The sites that a run is about, on the lines that they have once the run's changes are made.

A second run has to leave alone what the first one was told to leave alone. Sites are told by their lines, and these move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from refactorkit.config import Lines, Scope
from refactorkit.model import Change
from refactorkit.splice import opcodes, text_of

NOWHERE = 0
"""A line that no site stands on, for one that is gone: `only` without an entry would want everything."""


def carried_scope(scope: Scope, changes: Sequence[Change]) -> Scope:
    """The scope with the lines of each changed file put where they are afterwards. Lines that changed stand nowhere."""
    is_by_line = scope.excluded or scope.accepted or scope.changed or any(line for _, line in scope.only)
    if not is_by_line:
        return scope
    moved = {c.path: _moved(c) for c in changes if c.before is not None and c.after is not None}
    return structs.replace(
        scope,
        only=tuple(
            (path, _line(moved, path, line) if line is not None else None) for path, line in scope.only
        ),
        excluded=tuple((path, _line(moved, path, line)) for path, line in scope.excluded),
        accepted=_accepted(scope, moved),
        changed=_changed(scope, moved),
    )


def _moved(change: Change) -> dict[int, int]:
    """Where each line is afterwards that stays as it is, both counted from 1."""
    before, after = text_of(change.before or b""), text_of(change.after or b"")
    return {
        old + 1: new + 1
        for tag, first, last, start, end in opcodes(before.lines, after.lines)
        if tag == "equal"
        for old, new in zip(range(first, last), range(start, end), strict=True)
    }


def _line(moved: Mapping[str, Mapping[int, int]], path: str, line: int) -> int:
    return moved[path].get(line, NOWHERE) if path in moved else line


def _accepted(scope: Scope, moved: Mapping[str, Mapping[int, int]]) -> dict[str, tuple[int, ...]] | None:
    if scope.accepted is None:
        return None
    return {path: tuple(_line(moved, path, line) for line in lines) for path, lines in scope.accepted.items()}


def _changed(
    scope: Scope, moved: Mapping[str, Mapping[int, int]]
) -> dict[str, tuple[Lines, ...] | None] | None:
    if scope.changed is None:
        return None
    return {
        path: _ranges(ranges, moved[path]) if ranges is not None and path in moved else ranges
        for path, ranges in scope.changed.items()
    }


def _ranges(ranges: Iterable[Lines], moved: Mapping[int, int]) -> tuple[Lines, ...]:
    """The ranges where their lines are now; what the run wrote in between counts as changed, as it would in a diff."""
    found = []
    for lines in ranges:
        ends = [moved[line] for line in range(lines.first, lines.last + 1) if line in moved]
        if ends:
            found.append(Lines(min(ends), max(ends)))
    return tuple(found)
