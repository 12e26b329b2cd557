"""Finding out what kind of workspace a run has."""

from __future__ import annotations

import shutil
from pathlib import Path

from refactorkit.workspace.entries import Workspace, WorkspaceError
from refactorkit.workspace.trust import absolute_path


def open_workspace(cwd: Path, base: str, in_place: bool, writes: bool) -> Workspace:
    """The workspace around `cwd`: a commit of its git repository, or the disk with `in_place` or outside of git.

    `writes` says whether the run means to write; without `in_place` that takes a git repository.
    """
    from refactorkit.workspace.disk import DiskWorkspace

    top = repository_around(cwd)
    if in_place:
        return DiskWorkspace(top or cwd)
    if top is None:
        if writes:
            raise WorkspaceError(
                f"{cwd} is not in a git repository: run `git init` and commit, or pass --in-place or --dry-run"
            )
        return DiskWorkspace(cwd)
    if shutil.which("git", path=absolute_path()) is None:
        raise WorkspaceError("git is not installed or not on PATH: install it, or pass --in-place")
    from refactorkit.workspace.git import GitWorkspace

    return GitWorkspace.open(top, cwd, base)


def repository_around(folder: Path) -> Path | None:
    """The nearest folder upwards that holds `.git`, or is a bare repository; None outside of git."""
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
        if (
            (candidate / "HEAD").is_file()
            and (candidate / "objects").is_dir()
            and (candidate / "refs").is_dir()
        ):
            return candidate
    return None
