"""Write the number of all asserts of the project where `ASSERTS = ...` stands.

Why: a plug-in that surveys the project and keeps facts by content, with nothing but the public names.

Leaves alone: everything else.
"""

from __future__ import annotations

import ast
from typing import Any

from msgspec import Struct

from refactorkit import (
    Change,
    Codemod,
    Finding,
    Level,
    Outcome,
    Scope,
    Source,
    Status,
    extractor,
    syntax_tree,
)

OLD = b"ASSERTS = ..."


class Asserts(Struct, frozen=True):
    """How many asserts a file holds."""

    number: int


@extractor
def asserts(data: bytes) -> Asserts:
    """Count them."""
    return Asserts(sum(isinstance(node, ast.Assert) for node in ast.walk(syntax_tree(data))))


class CountAsserts(Codemod):
    """Counts once for the whole project."""

    mentions = (OLD,)

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        gathered = asserts.of(s for s in sources.values() if b"assert" in s.data)
        sites = tuple(path for path, s in sources.items() if s.in_scope and OLD in s.data)
        return sum(fact.number for fact in gathered.facts.values()), sites

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(facts[1])

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        line = source.data[: source.data.index(OLD)].count(b"\n") + 1
        finding = Finding(
            path=source.path, line=line, column=0, end_line=line, status=Status.CHANGED, level=Level.PROVED, message="counted"
        )  # fmt: skip
        after = source.data.replace(OLD, b"ASSERTS = %d" % facts[0])
        return Change(
            path=source.path, before=source.data, after=after, findings=(finding,), mode=source.mode
        )
