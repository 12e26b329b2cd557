"""What importing the modules of a project says of a plan."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.cold_imports.verdict import Failure, Job

SUSPECTS = 12
"""Modules that are imported at each step of a bisection: one for each way in which some fail."""


class Judgement(Struct, frozen=True):
    """What importing says of a plan.

    `new` are the failures that the plan causes, by module; `grown` what entry points load in addition; `unproved` the
    failures, as before, of files that the plan changes; `missed` the modules that time did not allow for.
    """

    jobs: tuple[Job, ...]
    new: dict[Job, Failure]
    grown: dict[Job, tuple[str, ...]]
    unproved: dict[str, Failure]
    missed: tuple[str, ...]
    failing: int
    is_beyond: bool = False
    """Whether `grown` holds only what the project doesn't require."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be left out."""
        return not (self.new or self.grown or self.unproved or self.missed)

    def lines(self) -> tuple[str, ...]:
        """What broke: the first failure with the end of its traceback, or what is loaded in addition."""
        for job, failure in sorted(self.new.items(), key=_by_name):
            return (f"importing {job.name} raises {failure}", *failure.trace)
        for job, modules in sorted(self.grown.items(), key=_by_name):
            more = f" and {len(modules) - 3} more" if len(modules) > 3 else ""
            why = ", which nothing that the project requires brings along" if self.is_beyond else ""
            return (f"importing {job.name} would load {', '.join(modules[:3])}{more}{why}",)
        return ()


def suspects_of(judgement: Judgement) -> set[tuple[str, str]]:
    """One module for each way of failing, and the entry points that load more."""
    ways: dict[tuple[str, str], Job] = {}
    for job, failure in sorted(
        judgement.new.items(), key=lambda item: (item[0].name.count("."), item[0].name)
    ):
        ways.setdefault((failure.type, failure.message), job)
    return {job.module for job in (*list(ways.values())[:SUSPECTS], *judgement.grown)}


def _by_name(item: tuple[Job, object]) -> tuple[str, str]:
    return item[0].name, item[0].folder
