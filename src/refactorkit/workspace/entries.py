"""What every workspace can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from refactorkit.model import Change, Plan

LINK, SUBMODULE = "120000", "160000"
"""Git's file modes of symbolic links and of commits of another repository."""


class WorkspaceError(Exception):
    """Input that can't be worked on. The message is one line that says what to do next; exit code 2."""


class Identity(Struct, frozen=True):
    """Who makes a commit, and when: `date` is in git's raw form."""

    name: str
    email: str
    date: str

    @property
    def line(self) -> str:
        """As it stands in a commit."""
        return f"{self.name} <{self.email}> {self.date}"

    def variables(self) -> dict[str, str]:
        """As git reads them."""
        return {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", self.name), ("EMAIL", self.email), ("DATE", self.date))
        }


class Entry(Struct, frozen=True):
    """A file of the project: its path from the root, git's mode, in a commit the object's id, and its size in bytes.

    The size of what a partial clone lacks is 0.
    """

    path: str
    mode: str
    oid: str = ""
    size: int = 0


def is_inside(path: str) -> bool:
    """Whether a path from the root names a file of the project: nothing above it, and nothing of git's own.

    The same names that git refuses to check out, https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS
    """
    parts = path.split("/")
    own = (".git", "git~1")
    return "\0" not in path and not any(
        part in ("", ".", "..") or part.rstrip(" .").casefold() in own for part in parts
    )


class Workspace(Protocol):
    """Where a run reads from and, at its end, writes to."""

    root: Path
    base: str | None
    """The commit that is read, or None for the disk."""

    def entries(self) -> Sequence[Entry]:
        """Every file, sorted by path."""

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The bytes of some files."""

    def relative(self, path: str) -> str:
        """A path as the user wrote it, from the root and with `/`. Raises WorkspaceError when it leads outside."""

    def warnings(self, paths: Sequence[str]) -> list[str]:
        """What a user should know before relying on the result."""

    def locked(self, say: Callable[[str], None]) -> AbstractContextManager[None]:
        """Keep other runs that write away meanwhile. `say` is told when there is one to wait for.

        Raises WorkspaceError when that takes too long.
        """

    def identify(self, identity: Identity) -> None:
        """Make commits in this name. Where none are made, it says nothing."""

    def prepare(self, branches: Sequence[str]) -> None:
        """Raise WorkspaceError for a branch that this run may not write, and keep in mind where each one stands."""

    def publish(self, plan: Plan, message: str, branch: str | None) -> Plan:
        """Write the plan: a commit for the branch, or the files in place. Returns the plan with what was written."""

    def move(self, branch: str, commit: str) -> None:
        """Point the branch at a commit, unless it has moved since `prepare`."""


def tree_of(changes: Sequence[Change]) -> dict[str, Change]:
    """The changes by path."""
    return {change.path: change for change in changes}
