"""A temporary worktree of a result, for commands that check it: a repository of its own, beside the user's.

`git worktree add` would write notes into the user's `.git`, which a killed run leaves there, and a command that stashes,
tags or sets an option in such a worktree does it to the user's repository. So this one borrows the user's objects
(https://git-scm.com/docs/gitrepository-layout, `objects/info/alternates`), holds copies of the refs, and keeps what is
new to itself. See docs/adr/0009.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from refactorkit.workspace.command import Ended, run_command
from refactorkit.workspace.entries import Entry
from refactorkit.workspace.git import PARTS, command, explained
from refactorkit.workspace.owned_folder import owned_folder, remove_folder

if TYPE_CHECKING:
    from git import Git

    from refactorkit.model import Change
    from refactorkit.workspace.git import GitWorkspace

AUTHOR = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "refactorkit"), ("EMAIL", "refactorkit@localhost"), ("DATE", "@0 +0000"))
}
"""Who commits what is verified: nobody needs an identity or a signing key for a commit that goes away."""
SETTINGS = r"^(core\.(autocrlf|eol|filemode|ignorecase|symlinks)|user\.(name|email))$"
"""What is taken over from the repository's configuration: how files are laid out, and who the user is there."""
ABSENT = "0"
"""The mode by which `git update-index --index-info` removes a path."""


@contextmanager
def temporary_worktree(workspace: GitWorkspace) -> Iterator[Worktree]:
    """A worktree of the workspace's base, which goes away whatever happens.

    Those that a killed run left behind go first. Raises WorkspaceError when it can't be made.
    """
    with explained("check the space on the disk, and that git works here"), owned_folder("verify") as folder:
        yield Worktree(workspace, folder)


class Worktree:
    """Shows one set of changes after the other on top of the base, and writes only the files that differ.

    What git ignores stays from one command to the next, so that caches and builds are of use; every other file that a
    command left or changed is put back. A file that is written anew gets a later modification time than it ever had, in
    whole seconds, because that is how caches (such as `__pycache__`) tell versions apart.
    """

    def __init__(self, workspace: GitWorkspace, folder: Path) -> None:
        self.path = folder / "tree"
        self._workspace = workspace
        self._folder = folder
        self._base: Mapping[str, Entry] = {entry.path: entry for entry in workspace.entries()}
        self._shown: dict[str, str] = {}
        self._time = int(time.time())
        (folder / "objects" / "info").mkdir(parents=True)
        theirs = workspace.root / str(workspace.git.rev_parse("--git-path", "objects"))
        os.symlink(theirs.resolve(), folder / "theirs")  # a name that needs no quoting in `alternates`
        (folder / "objects" / "info" / "alternates").write_text("../theirs\n")
        self._environment = {
            "GIT_DIR": str(workspace.git.rev_parse("--absolute-git-dir")),
            "GIT_WORK_TREE": str(self.path),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
        }
        self.path.mkdir()
        with workspace.git.custom_environment(**self._environment):
            workspace.git(c="core.sparseCheckout=false").read_tree(workspace.base)

    def run(
        self, changes: Sequence[Change], line: str, seconds: float, variables: Mapping[str, str] | None = None
    ) -> Ended:
        """Run a shell command on the base with these changes, with a limit on its time."""
        with explained("check the space on the disk, and that git works here"):
            self._show(changes)
        return run_command(line, self.path, seconds, variables or {})

    def _show(self, changes: Sequence[Change]) -> None:
        self._make_repository()
        git = self._workspace.git
        with git.custom_environment(**self._environment):
            self._index(changes)
            git.update_index("-q", "--refresh", with_exceptions=False)
            names = git.diff_files("-z", "--name-only", "--ignore-submodules=all", **PARTS).split(b"\0")
            git(c="core.sparseCheckout=false").checkout_index("--all", "--force", "--index")
            self._date([os.fsdecode(name) for name in names if name])
            git.update_index("-q", "--refresh", with_exceptions=False)
            with git.custom_environment(**AUTHOR):
                base = self._workspace.base
                made = git.commit_tree(git.write_tree(), "-p", base, "-m", "refactorkit: to be verified")
        shutil.copyfile(self._folder / "index", self.path / ".git" / "index")
        (self.path / ".git" / "HEAD").write_text(f"{made}\n")

    def _make_repository(self) -> None:
        """Make sure that the worktree is a repository, in which nothing is left of what the last command added."""
        folder = self.path / ".git"
        own = command(self.path)
        if not (folder / "HEAD").is_file():
            self._new_repository(own, folder)
        shutil.copyfile(self._folder / "index", folder / "index")  # what a command added isn't there any more
        (folder / "index.lock").unlink(missing_ok=True)
        own.clean("-ffdq", with_exceptions=False)

    def _new_repository(self, own: Git, folder: Path) -> None:
        remove_folder(folder)
        sha256 = ["--object-format=sha256"] if len(self._workspace.base or "") == 64 else []
        own.init("--quiet", "--template=", *sha256)
        for name in ("objects/info", "info"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "objects" / "info" / "alternates").write_text("../../../objects\n")
        git = self._workspace.git
        (folder / "packed-refs").write_bytes(git.for_each_ref("--format=%(objectname) %(refname)", **PARTS))
        for name in ("shallow", "info/attributes", "info/exclude"):
            theirs = self._workspace.root / str(git.rev_parse("--git-path", name))
            if theirs.is_file():
                shutil.copyfile(theirs, folder / name)
        listed = git.config("--local", "-z", "--get-regexp", SETTINGS, with_exceptions=False, **PARTS)
        for key, _, value in (
            setting.partition("\n") for setting in os.fsdecode(listed).split("\0") if setting
        ):
            own.config("--local", key, value)

    def _index(self, changes: Sequence[Change]) -> None:
        """Make the private index hold the base with the changes; only what differs from before is touched."""
        from refactorkit.workspace.commit import index_lines, stdin, store

        git = self._workspace.git
        written = [c.after for c in changes if c.after is not None]
        waiting = iter(store(git, self._folder, written))
        wanted = {c.path: ABSENT if c.after is None else f"{c.mode} {next(waiting)}" for c in changes}
        lines: dict[str, str] = {}
        for path in {*wanted, *self._shown}:
            entry = self._base.get(path)
            untouched = f"{entry.mode} {entry.oid}" if entry else ABSENT
            mode = wanted.get(path, untouched)
            if mode != self._shown.get(path, untouched):
                lines[path] = mode
                if mode == ABSENT and (self.path / path).parent.resolve().is_relative_to(self.path):
                    (self.path / path).unlink(missing_ok=True)
        self._shown = wanted
        with stdin(self._folder, index_lines(lines, len(self._workspace.base or ""))) as info:
            git.update_index("-z", "--index-info", istream=info)

    def _date(self, paths: Sequence[str]) -> None:
        self._time = max(self._time + 1, int(time.time()))
        for path in paths:
            with suppress(OSError):
                os.utime(self.path / path, (self._time, self._time), follow_symlinks=False)


__all__ = ["Worktree", "temporary_worktree"]
