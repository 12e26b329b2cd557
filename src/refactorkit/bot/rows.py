"""What became of each branch in a pass."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """What became of a branch."""

    NOTHING = "nothing"
    """There was nothing to change."""
    OPENED = "opened"
    """A pull request was opened."""
    UPDATED = "updated"
    """Its branch or its text was written anew."""
    UNCHANGED = "unchanged"
    """It is as it should be, and nothing was written."""
    CLOSED = "closed"
    """Nothing was left to change: it was closed."""
    DECLINED = "declined"
    """Somebody closed it: it stays closed."""
    WAITING = "waiting"
    """A limit is reached: a later pass goes on."""
    FOREIGN = "foreign"
    """The branch holds somebody's commits: it was left alone."""
    FAILED = "failed"
    """It could not be done; the detail says why."""


class Row(Struct, frozen=True, kw_only=True):
    """One branch of one repository. `number` and `url` are its pull request's; 0 and empty without one."""

    repository: str
    codemod: str
    branch: str
    state: State
    detail: str = ""
    title: str = ""
    number: int = 0
    url: str = ""
    fingerprint: str = ""
    unread: tuple[str, ...] = ()
    """Files that could not be worked on."""


__all__ = ["Row", "State"]
