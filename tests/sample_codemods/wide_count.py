"""Replace `old()` with the number of files that call it.

Why: what a project-wide codemod writes into one file may depend on every other, so a file that is dropped
counts no more.

Leaves alone: nothing.
"""

from __future__ import annotations

from typing import Any

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Finding, Level, Outcome, Source, Status


class WideCount(Codemod):
    mentions = (b"old()",)

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        return tuple(path for path, source in sources.items() if source.in_scope and b"old()" in source.data)

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(facts)

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        line = source.data[: source.data.index(b"old()")].count(b"\n") + 1
        written = b"(" if b"BAD" in source.data else b"%d" % len(facts)
        finding = Finding(
            path=source.path, line=line, column=0, end_line=line, status=Status.CHANGED, level=Level.PROVED, message="counted"
        )  # fmt: skip
        return Change(
            path=source.path,
            before=source.data,
            after=source.data.replace(b"old()", written),
            findings=(finding,),
            mode=source.mode,
        )
