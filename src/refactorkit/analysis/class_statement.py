"""A class of the project, where it stands."""

from __future__ import annotations

import ast

from msgspec import Struct


class Class(Struct, frozen=True):
    """A class of the project: path, dotted name in its module and the statement."""

    path: str
    name: str
    node: ast.ClassDef

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the class."""
        return self.path, self.name
