"""Deferred imports that can only move together, because they bind one name in one function."""

from __future__ import annotations

from collections.abc import Sequence

from refactorkit.analysis.import_bindings import Bindings
from refactorkit.analysis.import_facts import ImportStatement


def grouped(statements: Sequence[tuple[str, ImportStatement]], bindings: Bindings) -> list[list[int]]:
    """The statements by number, those together of which all go or none, in the order of their first members."""
    numbers = {(path, s.line, s.column): n for n, (path, s) in enumerate(statements)}
    groups: list[list[int]] = []
    seen: set[int] = set()
    for number, (path, statement) in enumerate(statements):
        group: list[int] = []
        waiting = [(number, statement)]
        while waiting:
            at, member = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            group.append(at)
            for other in bindings.around(path, member):
                found = numbers.get((path, other.line, other.column))
                if found is not None:
                    waiting.append((found, other))
        if group:
            groups.append(sorted(group))
    return groups
