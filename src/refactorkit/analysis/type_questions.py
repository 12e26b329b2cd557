"""What an analysis may ask a type checker, and what it gets: where a name is defined, and of which types its value is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from refactorkit.model import Source


class Position(Struct, frozen=True, order=True):
    """A place in a file of the project. `line` counts from 1, `column` from 0 in bytes of UTF-8."""

    path: str
    line: int
    column: int


Definitions = tuple[Position, ...] | None
"""Where a name is defined; None when the type checker doesn't know, or one definition lies outside of the project."""


class TypeQuestion(Struct, frozen=True, order=True):
    """Of which types is the value of the name there or, if `is_called`, what the call of it gives?"""

    position: Position
    is_called: bool = False


class Typed(Struct, frozen=True, array_like=True):
    """One member of a type: an object of a class or, if `is_class`, the class itself.

    `name` is the class's qualified name in its file `path`; without a path its full dotted name, or `None`.
    """

    name: str
    path: str = ""
    is_class: bool = False


Members = tuple[Typed, ...] | None
"""All members of a type; None when the type checker doesn't know one of them."""


class Conversation(Protocol):
    """Questions about one project, which may follow from the answers to others."""

    @property
    def is_cut_short(self) -> bool:
        """Whether the type checker died or was too slow, so that questions have gone without an answer."""
        ...

    def types(self, questions: Sequence[TypeQuestion]) -> list[Members]:
        """The types that are asked for, in their order."""
        ...


class Oracle(Protocol):
    """A type checker: which one (`ty`), and its version (`0.0.105`)."""

    tool: str
    version: str

    def __call__(self, sources: Mapping[str, Source], questions: Sequence[Position]) -> list[Definitions]:
        """Where the names at these places are defined, in their order."""
        ...

    def conversation(
        self, sources: Mapping[str, Source], python: tuple[int, int]
    ) -> AbstractContextManager[Conversation]:
        """A conversation about a project that runs under that version of Python, at least."""
        ...
