"""Rewrites what a Bowler query selects, as its author wrote it.

Why: A fluent query is the shortest way to say a small change by hand.

Leaves alone: files that Bowler's grammar can't read, and whatever the query doesn't change.

A query runs like any codemod that works file by file: its fixers are taken out of the `bowler.Query` and applied to each
file's text in memory, with a new query for each file. What Bowler itself would do with them (worker processes, prompts,
printing, writing) never runs.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from refactorkit.bowler_queries.loading import QueryFile, checked, contents
from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Outcome, Source


class Reason(StrEnum):
    """Why a place that a query selects is as it was."""

    MATCHED_ONLY = "matched-only"
    """The query selects this and doesn't change it: nothing to do, unless you expected it to."""
    REJECTED = "rejected-by-query"
    """A function that the query hands to `.process()` said no to this hunk."""


class BowlerQuery(Codemod):
    """The query of one file. `query_codemod` makes the class for a file; this one has none."""

    file: ClassVar[QueryFile]

    @classmethod
    def identifier(cls) -> str:
        return cls.file.name

    @classmethod
    def documentation(cls) -> str:
        return cls.file.documentation or f"Asked for by the Bowler query {cls.file.path.name}."

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        return Reason

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.file.path, self.file.data, self.file.name)

    def options(self) -> dict[str, Any]:
        """What decides about the result, for the commit's trailers: the file's digest and the versions behind it."""
        return {
            "query": self.file.path.name,
            "sha256": hashlib.sha256(self.file.data).hexdigest(),
            "bowler": version("bowler"),
            "fissix": version("fissix"),
        }

    def depends_on(self) -> str | None:
        return hashlib.sha256(self.file.data).hexdigest() if self.file.is_pure else None

    def admits(self, data: bytes) -> bool:
        words = self.file.literals
        return words is None or any(word in data for word in words)

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.bowler_queries.running import run

        return run(self.file, source, scope)


def query_codemod(path: Path, name: str) -> type[BowlerQuery]:
    """The codemod of a query's file, which is executed here, with its id. Raises ConfigError for one that can't be used."""
    return _class(path, contents(path), name)


@lru_cache(8)
def _class(path: Path, data: bytes, name: str) -> type[BowlerQuery]:
    return type("FileQuery", (BowlerQuery,), {"__module__": __name__, "file": checked(path, data, name)})


def _restored(path: Path, data: bytes, name: str) -> BowlerQuery:
    """The codemod in a worker: from the bytes that the coordinator read, and not from the disk again."""
    return _class(path, data, name)()


__all__ = ["BowlerQuery", "Reason", "query_codemod"]
