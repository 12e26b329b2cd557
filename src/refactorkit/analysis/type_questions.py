"""What an analysis may ask a type checker, and what it gets: where a name at a place is defined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from refactorkit.model import Source


class Position(Struct, frozen=True, order=True):
    """A place in a file of the project. `line` counts from 1, `column` from 0 in bytes of UTF-8."""

    path: str
    line: int
    column: int


Definitions = tuple[Position, ...] | None
"""Where a name is defined; None when the type checker doesn't know, or one definition lies outside of the project."""

Oracle = Callable[[Mapping[str, Source], Sequence[Position]], list[Definitions]]
"""Answers questions about a project, in their order."""
