"""Files on disk: outside of git, and for `--in-place`."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import msgspec

from refactorkit.model import Change, Plan
from refactorkit.workspace.entries import LINK, SUBMODULE, Entry, Identity, WorkspaceError, is_inside
from refactorkit.workspace.locking import locked_folder

PRUNED = frozenset(
    [".git", ".hg", ".svn", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache", ".ruff_cache"]
)
"""Folders that are never walked into: they hold no source of the project."""
LEFTOVER = re.compile(r"\.refactorkit-[a-z0-9_]{8}\.tmp")
"""The names of files that are being written (as `tempfile.mkstemp` makes them)."""


class DiskWorkspace:
    """The files below a folder, as they are. In a git repository ignored files don't count."""

    base: str | None = None

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._leftovers: list[str] = []
        self._links: dict[str, bool] = {"": False}

    def entries(self) -> Sequence[Entry]:
        if (self.root / ".git").exists() and shutil.which("git"):
            from refactorkit.workspace.git import listed_by_git

            paths = listed_by_git(self.root)
        else:  # also when git itself is missing
            paths = sorted(self._walk())
        self._leftovers = [path for path in paths if LEFTOVER.fullmatch(path.rpartition("/")[2])]
        return [entry for path in paths if (entry := self._entry(path.rstrip("/")))]

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(
                f for f in folders if f not in PRUNED and not _is_environment(Path(folder, f))
            )
            for name in files:
                yield Path(folder, name).relative_to(self.root).as_posix()

    def _is_behind_link(self, folder: str) -> bool:
        """Whether a folder is reached through a symbolic link, which may lead anywhere."""
        if folder not in self._links:
            above = self._is_behind_link(folder.rpartition("/")[0])
            self._links[folder] = above or (self.root / folder).is_symlink()
        return self._links[folder]

    def _entry(self, path: str) -> Entry | None:
        if not is_inside(path) or self._is_behind_link(path.rpartition("/")[0]):
            return None  # git takes what lies behind a link for deleted, too
        try:
            facts = os.lstat(self.root / path)
        except OSError:
            return None  # listed by git, but deleted
        mode = facts.st_mode
        if stat.S_ISLNK(mode):
            return Entry(path, LINK)
        if stat.S_ISDIR(mode):
            return Entry(path, SUBMODULE)
        if not stat.S_ISREG(mode):
            return None
        return Entry(path, "100755" if mode & stat.S_IXUSR else "100644", size=facts.st_size)

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        found = {}
        for entry in entries:
            try:
                found[entry.path] = (self.root / entry.path).read_bytes()
            except OSError as error:
                raise WorkspaceError(
                    f"{entry.path} can't be read ({error.strerror}): correct its permissions"
                ) from error
        return found

    def relative(self, path: str) -> str:
        return relative_to(self.root, Path.cwd(), path)

    def warnings(self, paths: Sequence[str]) -> list[str]:
        return []

    def locked(self, say: Callable[[str], None]) -> AbstractContextManager[None]:
        return locked_folder(self.root, say)

    def identify(self, identity: Identity) -> None:
        """No commits are made on disk."""

    def prepare(self, branches: Sequence[str]) -> None:
        """There are no branches on disk."""

    def move(self, branch: str, commit: str) -> None:
        """There are no branches on disk."""

    def publish(self, plan: Plan, message: str, branch: str | None) -> Plan:
        """Replace each file in one step, so that it is always either old or new; the mode stays."""
        for change in plan.changes:
            self._check(change)
        self._remove_leftovers({(self.root / change.path).parent for change in plan.changes})
        for change in plan.changes:
            target = self.root / change.path
            try:
                self._replace(target, change.after, change.before is None)
            except OSError as error:
                raise WorkspaceError(
                    f"{change.path} can't be written ({error.strerror}): correct its permissions"
                ) from error
        return msgspec.structs.replace(plan, branch=None)

    def _remove_leftovers(self, folders: Iterable[Path]) -> None:
        """Remove what a killed run was just writing. No other run writes here: this one holds the lock."""
        here = [p for f in folders for p in f.glob(".refactorkit-*.tmp") if LEFTOVER.fullmatch(p.name)]
        for path in {*here, *(self.root / path for path in self._leftovers)}:
            with suppress(OSError):
                path.unlink()

    def _check(self, change: Change) -> None:
        """Raise WorkspaceError when a file is no longer what the plan was made from. Nothing is written before."""
        target = self.root / change.path
        if not is_inside(change.path) or target.parent.resolve() != target.parent:
            raise WorkspaceError(f"{change.path} leads outside of {self.root} or through a link: exclude it")
        if change.before is None and target.is_symlink():
            raise WorkspaceError(f"{change.path} is a symbolic link: move it away")
        try:
            now = target.read_bytes()
        except FileNotFoundError:
            now = None
        except OSError as error:
            raise WorkspaceError(f"{change.path} can't be read ({error.strerror}): move it away") from error
        if now != change.before:
            raise WorkspaceError(f"{change.path} changed while refactorkit ran: run it again")

    @staticmethod
    def _replace(target: Path, data: bytes | None, is_new: bool) -> None:
        if data is None:
            target.unlink()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o666 & ~_umask() if is_new else stat.S_IMODE(target.stat().st_mode)
        handle, name = tempfile.mkstemp(prefix=".refactorkit-", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, mode)
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise


def relative_to(root: Path, cwd: Path, path: str) -> str:
    """A path that the user wrote, from the root and with `/`; links on the way to the root are followed."""
    absolute = Path(os.path.normpath(cwd / path))
    for candidate in (absolute, absolute.parent.resolve() / absolute.name):
        if candidate.is_relative_to(root):
            return candidate.relative_to(root).as_posix()
    raise WorkspaceError(f"{path} lies outside of {root}: give a path inside of it")


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
