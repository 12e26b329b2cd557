"""A commit of a git repository: read from its objects, with commits built beside HEAD, index and working tree.

git runs through GitPython's command wrapper with literal arguments. Hooks, file-system monitors, optional locks and
programs that the repository's configuration names are switched off (`trust.py`), so that looking at a repository runs
none of its programs and writes nothing into it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from refactorkit.config import Lines
from refactorkit.model import Plan
from refactorkit.workspace.disk import relative_to
from refactorkit.workspace.entries import SUBMODULE, Entry, Identity, WorkspaceError
from refactorkit.workspace.gitpython import Git, GitCommandError, GitCommandNotFound
from refactorkit.workspace.locking import locked_file
from refactorkit.workspace.scratch import memory_folder
from refactorkit.workspace.trust import (
    ENVIRONMENT,
    FROM_HOOKS,
    QUIET,
    absolute_path,
    as_environment,
    is_partial_clone,
    overruling,
)

TYPICAL = 16 * 1024
"""Bytes that a source file has, generously."""
CHUNK = 1 << 20
"""Bytes that are copied at once from git."""
FETCH = "`git fetch --refetch --no-filter`, which gets all objects at once"
"""What completes a partial clone."""
LOCK = "refactorkit.lock"
"""Beside git's own files: held by a run that writes."""
PARTS = {"stdout_as_string": False, "strip_newline_in_stdout": False}


def command(folder: Path) -> Git:
    """git in a folder that is a repository's root, with no user's editor or pager, and without a network."""
    for name in FROM_HOOKS:
        os.environ.pop(name, None)
    git = Git(str(folder))
    git.set_persistent_git_options(c=list(QUIET), no_optional_locks=True)
    # a broken `.git` must not make git take a repository further up for this one
    ceiling = {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    git.update_environment(**ENVIRONMENT, **ceiling, PATH=absolute_path())
    return git


def said(error: GitCommandError) -> str:
    """What git said went wrong, on one line."""
    raw = error.stderr if isinstance(error.stderr, str) else error.stderr.decode(errors="replace")
    lines = [line.strip() for line in raw.replace("stderr:", "").strip(" '\n").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return fatal[0].removeprefix("fatal: ").removeprefix("error: ") if fatal else "git failed"


@contextmanager
def explained(next_step: str) -> Iterator[None]:
    """Turns git's own errors into one line with what to do next."""
    try:
        yield
    except GitCommandNotFound as error:
        raise WorkspaceError("git is not installed or not on PATH: install it, or pass --in-place") from error
    except GitCommandError as error:
        message = said(error)
        if "dubious ownership" in message:
            next_step = "run `git config --global --add safe.directory <folder>` if you trust it"
        raise WorkspaceError(f"git: {message}: {next_step}") from error


def refs(root: Path) -> list[str]:
    """The short names of all branches, remote branches and tags. Empty when git can't tell."""
    try:
        out = command(root).for_each_ref(
            "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"
        )
    except (GitCommandError, GitCommandNotFound):
        return []
    return str(out).split("\n") if out else []


def listed_by_git(root: Path) -> list[str]:
    """The files on disk that git tracks or would track: ignored ones are left out."""
    with explained("run in a readable repository"):
        out = command(root).ls_files("-z", "--cached", "--others", "--exclude-standard", **PARTS)
    return sorted({os.fsdecode(name) for name in out.split(b"\0") if name})


class GitWorkspace:
    """The tree of one commit. Nothing but the branch that is asked for is ever written."""

    def __init__(self, root: Path, cwd: Path, git: Git, base: str, is_partial: bool = False) -> None:
        self.root = root
        self._is_partial = is_partial
        self._repair = f"run {FETCH}" if is_partial else "run `git fsck`"
        self.base: str | None = base
        self.git = git
        self._cwd = cwd
        self._entries: dict[str | None, tuple[Entry, ...]] = {}
        self._tips: dict[str, str | None] = {}

    @classmethod
    def open(cls, root: Path, cwd: Path, base: str) -> GitWorkspace:
        """The repository at `root`, at the commit that `base` names."""
        git = command(root)
        try:
            commit = git.rev_parse("--verify", "--quiet", "--end-of-options", base + "^{commit}")
        except GitCommandNotFound as error:
            raise WorkspaceError(
                "git is not installed or not on PATH: install it, or pass --in-place"
            ) from error
        except GitCommandError as error:
            if base == "HEAD" and error.status == 1:
                raise WorkspaceError(
                    "the repository has no commit yet: commit first, or pass --in-place"
                ) from error
            if error.status == 1:
                raise WorkspaceError(
                    f"--base {base} names no commit: give a branch, a tag or a sha"
                ) from error
            with explained("run refactorkit where git works"):
                raise
        with explained("correct .git/config"):
            listed = git.config("--list", "--show-scope", "-z", **PARTS)
        git.update_environment(**as_environment(overruling(listed)))
        return cls(root, cwd, git, commit.rpartition("\n")[2], is_partial_clone(listed))

    def entries(self) -> Sequence[Entry]:
        if self.base not in self._entries:
            with explained(self._repair):
                # the size of an object that a partial clone lacks would be asked for over the network
                sizes = [] if self._is_partial else ["-l"]
                out = self.git.ls_tree(
                    "-r", *sizes, "-z", "--full-tree", "--end-of-options", self.base, **PARTS
                )
            self._entries[self.base] = tuple(_entry(line) for line in out.split(b"\0") if line)
        return self._entries[self.base]

    def read(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        wanted = [entry for entry in entries if entry.mode != SUBMODULE]
        if not wanted:
            return {}
        if self._is_partial:
            self._check_presence(wanted)
        with tempfile.TemporaryFile() as names, explained("run `git fsck`"):
            names.write("".join(entry.oid + "\n" for entry in wanted).encode())
            names.seek(0)
            with tempfile.TemporaryFile(
                dir=memory_folder(sum(entry.size or TYPICAL for entry in wanted))
            ) as objects:  # GitPython reads a pipe piece by piece, which takes as long as git
                self.git.cat_file(
                    "--batch", "--buffer", istream=names, output_stream=objects, max_chunk_size=CHUNK, **PARTS
                )
                objects.seek(0)
                out = objects.read()
        return dict(zip((entry.path for entry in wanted), _batch(out, wanted), strict=True))

    def _check_presence(self, wanted: Sequence[Entry]) -> None:
        """Raise WorkspaceError for objects that a partial clone left out. git would ask for them one by one."""
        with explained(self._repair):
            out = self.git.rev_list("--objects", "--no-walk", "--missing=print", self.base, **PARTS)
        missing = {line[1:].decode() for line in out.split(b"\n") if line.startswith(b"?")}
        left_out = [entry.path for entry in wanted if entry.oid in missing]
        if left_out:
            files = "1 file" if len(left_out) == 1 else f"{len(left_out)} files"
            raise WorkspaceError(
                f"this partial clone lacks {files} of the commit, such as {left_out[0]}: run {FETCH}"
            )

    def relative(self, path: str) -> str:
        return relative_to(self.root, self._cwd, path)

    def warnings(self, paths: Sequence[str]) -> list[str]:
        """Uncommitted work in the paths that are looked at: it is neither read nor part of the result."""
        if not (self.root / ".git").exists():
            return []
        with explained("run `git status`"):
            out = self.git.status(
                "--porcelain=v1",
                "-z",
                "--untracked-files=no",
                "--ignore-submodules=all",
                "--",
                *paths,
                **PARTS,
            )
        count = sum(1 for item in out.split(b"\0") if item[2:3] == b" ")
        if not count:
            return []
        files = "1 file has" if count == 1 else f"{count} files have"
        return [f"{files} uncommitted changes, which are not read and not part of the result"]

    def merge_base(self, ref: str) -> str:
        """The commit where the base and `ref` parted."""
        with explained(f"--since {ref} must name a commit that shares history with the base"):
            try:
                return str(self.git.merge_base("--end-of-options", ref, self.base))
            except GitCommandError as error:
                if error.status != 1:
                    raise
                raise WorkspaceError(f"--since {ref} shares no history with the base: give another") from None

    def changed_since(self, start: str, lines: bool) -> dict[str, tuple[Lines, ...] | None]:
        """The files of the base that changed since the commit `start`, with their new line ranges if wanted."""
        with explained(self._repair):
            if not lines:
                out = self.git.diff_tree("-r", "-z", "--name-only", "--no-renames", start, self.base, **PARTS)
                return {os.fsdecode(name): None for name in out.split(b"\0") if name}
            out = self.git.diff_tree(
                "-r", "-p", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
                "--src-prefix=a/", "--dst-prefix=b/", start, self.base, **PARTS,
            )  # fmt: skip
        return _line_ranges(out)

    def locked(self, say: Callable[[str], None]) -> AbstractContextManager[None]:
        with explained("run refactorkit where git works"):
            folder = self.root / str(self.git.rev_parse("--git-common-dir"))
        return locked_file(folder / LOCK, say)

    def identify(self, identity: Identity) -> None:
        self.git.update_environment(**identity.variables())

    def prepare(self, branches: Sequence[str]) -> None:
        from refactorkit.workspace.commit import check_branch

        for branch in branches:
            self._tips[branch] = check_branch(self, branch)

    def publish(self, plan: Plan, message: str, branch: str | None) -> Plan:
        from refactorkit.workspace.commit import commit

        assert branch is not None
        return commit(self, plan, message, branch, self._tips[branch])

    def move(self, branch: str, commit: str) -> None:
        from refactorkit.workspace.commit import move_branch

        move_branch(self, branch, self._tips[branch], commit)


def _entry(line: bytes) -> Entry:
    facts, _, path = line.partition(b"\t")
    mode, _, oid, *size = facts.decode().split()
    return Entry(os.fsdecode(path), mode, oid, int(size[0]) if size and size[0].isdigit() else 0)


def _batch(out: bytes, wanted: Sequence[Entry]) -> Iterator[bytes]:
    """The objects in the output of `git cat-file --batch`, in order."""
    position = 0
    for entry in wanted:
        end = out.index(b"\n", position)
        header = out[position:end].split(b" ")
        if len(header) != 3:
            raise WorkspaceError(f"git has no object for {entry.path}: run `git fsck`")
        size = int(header[2])
        yield out[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


def _line_ranges(diff: bytes) -> dict[str, tuple[Lines, ...] | None]:
    found: dict[str, list[Lines]] = {}
    path = ""
    for line in diff.split(b"\n"):
        if line.startswith(b"+++ b/"):
            path = os.fsdecode(line[6:].rstrip(b"\t"))
            found[path] = []
        elif line.startswith(b"@@ ") and path:
            first, _, count = line.split(b" ")[2][1:].partition(b",")
            size = int(count or b"1")
            if size:
                found[path].append(Lines(int(first), int(first) + size - 1))
    return {path: tuple(ranges) for path, ranges in found.items()}
