"""A commit built from objects, with a private index, and a branch that moves by compare-and-swap.

`hash-object --no-filters` stores the bytes as they are, because they came from blobs; `commit-tree` ignores
`commit.gpgsign`, so `-S` is passed where it is set; `update-ref <ref> <new> <old>` refuses a ref that moved meanwhile.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from refactorkit.model import Change, Plan
from refactorkit.workspace.entries import WorkspaceError
from refactorkit.workspace.git import explained, said
from refactorkit.workspace.gitpython import GitCommandError
from refactorkit.workspace.owned_folder import owned_folder

if TYPE_CHECKING:
    from git import Git

    from refactorkit.workspace.git import GitWorkspace

TRAILER = "Refactorkit-Codemod"
DEAD = 5.0
"""Seconds after which the lock of a ref is one that nobody holds any more."""


def commit(workspace: GitWorkspace, plan: Plan, message: str, branch: str, old: str | None) -> Plan:
    """Make the commit of a plan, on top of the workspace's base. No ref moves.

    `old` is what the branch holds now: a commit there that is the very same is used again, so that its id stays.
    """
    parent = workspace.base or ""
    tree = write_tree(workspace, parent, plan.changes)
    text = message.replace("Refactorkit-Tree: {tree}", f"Refactorkit-Tree: {tree}")
    made = _made_before(workspace, old, parent, tree, text) if old else None
    made = made or commit_tree(workspace, tree, parent, text)
    return msgspec.structs.replace(plan, branch=branch, commit=made)


def move_branch(workspace: GitWorkspace, branch: str, old: str | None, new: str) -> None:
    """Point the branch at `new` if it still is at `old` (None: not there). A symbolic ref is not followed."""
    if old == new:
        return
    _remove_dead_lock(workspace, branch)
    try:
        workspace.git.update_ref(
            "--no-deref", "--create-reflog", "-m", "refactorkit: apply",
            f"refs/heads/{branch}", new, old or "0" * len(new),
        )  # fmt: skip
    except GitCommandError as error:
        raise WorkspaceError(
            f"{branch} can't be moved ({said(error)}): run again, or pass --branch"
        ) from error


def _remove_dead_lock(workspace: GitWorkspace, branch: str) -> None:
    """Take away git's lock of the branch that a killed git left. One that is at work holds it for milliseconds.

    The wait ends after as many seconds as make a lock old; one whose time lies ahead is never old, and git speaks of it.
    """
    lock = workspace.root / str(workspace.git.rev_parse("--git-path", f"refs/heads/{branch}.lock"))
    end = time.monotonic() + DEAD + 1
    while time.monotonic() < end:
        try:
            age = time.time() - lock.stat().st_mtime
        except OSError:
            return
        if age > DEAD:
            lock.unlink(missing_ok=True)
        if not 0 <= age <= DEAD:
            return
        time.sleep(0.1)


def write_tree(workspace: GitWorkspace, parent: str, changes: tuple[Change, ...]) -> str:
    """The tree of `parent` with the changes, as an object id."""
    with explained("check that .git is writable"), owned_folder("commit") as folder:
        git = workspace.git
        waiting = iter(store(git, folder, [c.after for c in changes if c.after is not None]))
        modes = {c.path: "0" if c.after is None else f"{c.mode} {next(waiting)}" for c in changes}
        with git.custom_environment(GIT_INDEX_FILE=str(folder / "index")):
            git.read_tree(parent)
            with stdin(folder, index_lines(modes, len(parent))) as info:
                git.update_index("-z", "--index-info", istream=info)
            return str(git.write_tree())


def index_lines(modes: Mapping[str, str], digits: int) -> bytes:
    """What `git update-index -z --index-info` reads: `<mode> <id>` by path, or `0` for a path that goes.

    `digits` is the length of an object id.
    """
    zero = "0" * digits
    lines = (f"{mode if mode != '0' else f'0 {zero}'}\t{path}\0" for path, mode in modes.items())
    return b"".join(map(os.fsencode, lines))


def store(git: Git, folder: Path, blobs: Sequence[bytes]) -> list[str]:
    """Write the blobs with one process; their ids in order. `folder` is for what is needed meanwhile."""
    if not blobs:
        return []
    paths = []
    for number, blob in enumerate(blobs):
        path = folder / f"blob-{number}"
        path.write_bytes(blob)
        paths.append(os.fsencode(path))
    with stdin(folder, b"\n".join(paths) + b"\n") as names:
        out = git.hash_object("-w", "--no-filters", "--stdin-paths", istream=names)
    return str(out).split()


@contextmanager
def stdin(folder: Path, data: bytes) -> Iterator[IO[bytes]]:
    """Bytes as an open file, which is what GitPython takes for standard input."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(data)
        file.seek(0)
        yield file


def commit_tree(workspace: GitWorkspace, tree: str, parent: str, message: str) -> str:
    """A commit object, signed where the user's configuration signs commits."""
    git = workspace.git
    with explained("correct it with `git config commit.gpgsign false`"):
        signs = git.config("--type=bool", "--default=false", "--get", "commit.gpgsign") == "true"
    with owned_folder("commit") as folder:
        # a name that is not UTF-8 can stand in a tree, but not in a message
        readable = message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        with stdin(folder, readable.encode()) as text:
            options = ["-S"] if signs else []
            try:
                return str(git.commit_tree(*options, tree, "-p", parent, "-F", "-", istream=text))
            except GitCommandError as error:
                raise WorkspaceError(f"git: {said(error)}: {_repair(said(error), signs)}") from error


def _repair(complaint: str, signs: bool) -> str:
    """What to do when git made no commit."""
    if any(word in complaint for word in ("auto-detect", "ident ", "identity")):
        return 'run `git config user.name "Your Name"` and `git config user.email you@example.com`'
    if signs:
        return "repair the signing key, or run `git config commit.gpgsign false`"
    return "check that .git is writable"


def check_branch(workspace: GitWorkspace, branch: str) -> str | None:
    """The commit that the branch points at now, or None; WorkspaceError when it may not be replaced."""
    git = workspace.git
    try:
        meant = git.check_ref_format("--branch", branch)
    except GitCommandError:
        meant = None
    if meant != branch or branch == "@":  # `@{-1}` means another branch, and a branch `@` can't be named
        raise WorkspaceError(f"--branch {branch!r} is no valid branch name: choose another")
    with explained("run `git fsck`"):
        listed = str(git.for_each_ref("--format=%(refname:lstrip=2)%00%(objectname)", "refs/heads/"))
    refs = dict(line.split("\0") for line in listed.split("\n") if line)
    _check_neighbours(branch, set(refs))
    worktree = _checked_out(workspace).get(branch)
    if worktree:
        raise WorkspaceError(
            f"{branch} is checked out in {worktree}: switch to another branch there, or pass --branch"
        )
    if branch not in refs:
        return None
    if not _is_ours(workspace, refs[branch]):
        raise WorkspaceError(
            f"{branch} holds commits that refactorkit did not make: pass --branch, or rename or delete it"
        )
    return refs[branch]


def _checked_out(workspace: GitWorkspace) -> dict[str, str]:
    """The worktree of each branch that is checked out somewhere, also of one without commits."""
    found = {}
    with explained("run `git worktree prune`"):
        listed = str(workspace.git.worktree("list", "--porcelain"))
    for block in listed.split("\n\n"):
        lines = dict(line.partition(" ")[::2] for line in block.split("\n"))
        if "branch" in lines:
            found[lines["branch"].removeprefix("refs/heads/")] = lines["worktree"]
    return found


def _check_neighbours(branch: str, existing: set[str]) -> None:
    """A ref `a` and a ref `a/b` can't both be there; on some file systems names differ only by case neither."""
    for other in existing:
        if branch.startswith(other + "/") or other.startswith(branch + "/"):
            raise WorkspaceError(
                f"git can't hold {branch} beside the branch {other}: rename that one, or pass --branch"
            )
        if other != branch and other.casefold() == branch.casefold():
            raise WorkspaceError(
                f"the branch {other} differs from {branch} only by case: rename it, or pass --branch"
            )


def _is_ours(workspace: GitWorkspace, tip: str) -> bool:
    """Whether every commit from the recorded base up to the tip is as refactorkit made it."""
    base = _trailer(workspace, tip, "Refactorkit-Base")
    if not base:
        return False
    try:
        commits = workspace.git.rev_list("--end-of-options", tip, f"^{base}").split()
    except GitCommandError:
        commits = [
            tip
        ]  # the base is gone (a shallow clone, a rewritten history): the tip's own trailers must do
    for oid in commits:
        tree = workspace.git.rev_parse("--verify", oid + "^{tree}")
        if not _trailer(workspace, oid, TRAILER) or _trailer(workspace, oid, "Refactorkit-Tree") != tree:
            return False
    return bool(commits)


def _trailer(workspace: GitWorkspace, commit: str, key: str) -> str:
    out = workspace.git.show("-s", "--no-show-signature", f"--format=%(trailers:key={key},valueonly)", commit)
    return str(out).strip().splitlines()[0].strip() if str(out).strip() else ""


def _made_before(workspace: GitWorkspace, old: str, parent: str, tree: str, message: str) -> str | None:
    """The commit from `old` down to the parent that equals what would be made."""
    with explained("run `git fsck`"):
        chain = str(workspace.git.rev_list("--max-count=100", "--end-of-options", old, f"^{parent}")).split()
    return next((c for c in chain if _is_same(workspace, c, parent, tree, message)), None)


def _is_same(workspace: GitWorkspace, old: str, parent: str, tree: str, message: str) -> bool:
    out = str(workspace.git.show("-s", "--no-show-signature", "--format=%T%n%P%n%B", old))
    old_tree, old_parent, old_message = out.split("\n", 2)
    return bool(old_tree == tree) and old_parent == parent and old_message.strip() == message.strip()
