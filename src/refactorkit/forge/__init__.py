"""Pull requests and issues of a forge, behind one small interface: GitHub through PyGithub, GitLab through python-gitlab.

Nothing here decides anything. A `Forge` reads and writes what the bot asks for; what goes wrong is a `ForgeError`, whose
`fault` says what that means for the rest of the pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class Fault(StrEnum):
    """What an answer of the forge means."""

    TOKEN = "token"
    """The token is missing, wrong or expired (401): nothing else will work on this forge."""
    FORBIDDEN = "forbidden"
    """The token may not do this (403)."""
    NOT_FOUND = "not-found"
    """There is no such thing, or the token can't see it (404, 410)."""
    INVALID = "invalid"
    """The forge doesn't take what was sent (422, 400)."""
    EXISTS = "exists"
    """There is an open pull request from this branch already."""
    LIMITED = "limited"
    """Too much was asked or written, and waiting takes too long: the next pass goes on (429, 403)."""
    UNAVAILABLE = "unavailable"
    """No answer, or one that says nothing (5xx, a time-out): what was written may have been done or not."""


class ForgeError(Exception):
    """What the forge did not do. The message is one line; `wait` is after how many seconds it may be tried again."""

    def __init__(self, fault: Fault, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.wait = wait


class PullRequest(Struct, frozen=True, kw_only=True):
    """A pull request (a merge request). `state` is open, closed or merged; `created` is in seconds since 1970."""

    number: int
    url: str
    head: str
    head_sha: str
    base: str
    title: str
    body: str
    state: str
    created: float


class Wanted(Struct, frozen=True, kw_only=True):
    """A pull request as it should be opened."""

    head: str
    base: str
    title: str
    body: str
    draft: bool = False
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    milestone: str | None = None

    @property
    def is_furnished(self) -> bool:
        """Whether anything but its text is wanted."""
        return bool(self.labels or self.reviewers or self.team_reviewers or self.assignees or self.milestone)


class Issue(Struct, frozen=True, kw_only=True):
    """An issue that serves as a dashboard."""

    number: int
    url: str
    title: str
    body: str
    is_open: bool


class Forge(Protocol):
    """One repository on a forge. Every method raises ForgeError."""

    opens_furnished: bool
    """Whether `open` furnishes too, in one step."""

    def pull_requests(self, head: str) -> Sequence[PullRequest]:
        """Those from this branch of this repository, in any state, newest first."""

    def open(self, wanted: Wanted) -> PullRequest:
        """Open one. ForgeError with EXISTS when another one from the same branch is open."""

    def furnish(self, number: int, wanted: Wanted) -> None:
        """Ask for reviews, and set labels, assignees, milestone and body. Doing it twice does no harm."""

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        base: str | None = None,
        close: bool = False,
    ) -> None:
        """Change what is given, in one step."""

    def comments(self, number: int) -> Sequence[str]:
        """The texts of its comments."""

    def comment(self, number: int, text: str) -> None:
        """Write a comment."""

    def issues(self, label: str) -> Sequence[Issue]:
        """The issues with this label, open or closed, oldest first."""

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue."""

    def update_issue(self, number: int, body: str, close: bool = False) -> None:
        """Replace its text; with `close` close it too."""


__all__ = ["Fault", "Forge", "ForgeError", "Issue", "PullRequest", "Wanted"]
