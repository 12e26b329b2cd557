"""What the differential harness says of a pair, and the bounds in which it finds out."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from refactorkit.experiment import Subject


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds of a run: seconds for a case, a pair, all imports, and in all; paths for each way of giving arguments."""

    case: float = 2.0
    pair: float = 60.0
    imports: float = 180.0
    total: float = 900.0
    paths: int = 60
    memory: int = 8 * 1024**3


class Result(StrEnum):
    """What became of a pair under the harness."""

    EQUAL = "equal"
    """Every case did and returned the same before and after, and each line of both bodies ran in some case."""
    DIFFERENT = "different"
    """Some case did something else; it is named, with both logs."""
    NOT_COVERED = "not-covered"
    """Every case was equal, but some lines never ran."""
    NOT_RUNNABLE = "not-runnable"
    """The pair could not be driven."""


class Verdict(Struct, frozen=True, kw_only=True):
    """The result for one pair.

    `case` names the case that differs, `before` and `after` are its logs with how it ended as the last line. `detail`
    says why a pair could not be driven, `lines` (as `sync 12`, `twin 40`) what never ran. `cases` counts what was run.
    """

    subject: Subject
    result: Result
    cases: int = 0
    case: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    detail: str = ""
    lines: tuple[str, ...] = ()

    def evidence(self) -> dict[str, Any]:
        """The verdict for the ledger: what is not empty."""
        found: dict[str, Any] = {"result": self.result.value, "cases": self.cases}
        for name in ("case", "before", "after", "detail", "lines"):
            value = getattr(self, name)
            if value:
                found[name] = list(value) if isinstance(value, tuple) else value
        return found
