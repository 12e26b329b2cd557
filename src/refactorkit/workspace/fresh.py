"""A new git repository of given files, which works whatever the user's git is set up to do, or isn't."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from refactorkit.workspace.entries import WorkspaceError
from refactorkit.workspace.git import command, explained
from refactorkit.workspace.scratch import write_files

SETTINGS = {
    "user.name": "refactorkit demo",
    "user.email": "demo@refactorkit.invalid",
    "commit.gpgsign": "false",
    "core.autocrlf": "false",
    "gc.auto": "0",  # a collection in the background would race with the folder's removal
}
"""What the repository itself says, so that commits work without an identity and without anybody's signing key."""

ELSEWHERE = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
)  # fmt: skip
"""The variables through which a git hook or alias points every git command at its own repository."""


def fresh_repository(folder: Path, files: Mapping[str, bytes], message: str) -> None:
    """Make `folder` (missing or empty) a repository with one commit that holds the files, bytes as they are.

    Files that a .gitignore among them ignores are committed too. No hook and no template of the user takes part.
    Raises WorkspaceError when the folder isn't empty, can't be written, or there is no git.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise WorkspaceError(f"{folder} is not empty: name a folder that is, or a new one")
        write_files(folder.resolve(), files)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise WorkspaceError(f"{folder} can't be written ({reason}): name another folder") from error
    git = command(folder)
    with explained("install git 2.28 or newer"):
        git.init("--quiet", "--template=", "--initial-branch=main")
        for key, value in SETTINGS.items():
            git.config("--local", key, value)
        # Stronger than any .gitattributes among the files: no filter runs, no line end is converted.
        attributes = folder / ".git" / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text("* -text -filter -ident -working-tree-encoding\n")
        git.add("--all", "--force")
        git.commit("--quiet", "--no-verify", "--no-gpg-sign", "--allow-empty", "--message", message)


@contextmanager
def away_from_any_repository() -> Iterator[None]:
    """Git commands inside the block see the folder they run in, also when this process was started by a git hook."""
    saved = {name: os.environ.pop(name) for name in ELSEWHERE if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(saved)
