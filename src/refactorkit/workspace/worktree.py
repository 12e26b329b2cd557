"""A temporary worktree of a plan's result, for commands that check it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from refactorkit.model import Plan
from refactorkit.workspace.commit import commit_tree, write_tree
from refactorkit.workspace.git import GitWorkspace, explained

LIMIT = 30 * 60
"""Seconds after which a command and all it started are ended."""
TAIL = 64 * 1024
"""Bytes of a command's output that are kept."""


def run_in_worktree(workspace: GitWorkspace, plan: Plan, command: str) -> tuple[int, str]:
    """Run a shell command in a detached worktree of the result; its exit code and the end of its output.

    The commit that the worktree shows is on no branch. The worktree goes away whatever happens; those that a killed run
    left behind go first.
    """
    remove_stale(workspace)
    base = workspace.base or ""
    made = commit_tree(
        workspace, write_tree(workspace, base, plan.changes), base, "refactorkit: to be verified\n"
    )
    folder = Path(tempfile.mkdtemp(prefix=f"refactorkit-verify-{os.getpid()}-"))
    try:
        with explained("check that .git is writable"):
            workspace.git.worktree("add", "--detach", "--quiet", str(folder / "tree"), made)
        return _run(command, folder / "tree", folder / "output")
    finally:
        workspace.git.worktree("remove", "--force", str(folder / "tree"), with_exceptions=False)
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(workspace: GitWorkspace) -> None:
    """Drop worktrees of runs that are no longer alive."""
    for line in str(workspace.git.worktree("list", "--porcelain")).splitlines():
        path = Path(line.removeprefix("worktree "))
        name = path.parent.name
        if line.startswith("worktree ") and name.startswith("refactorkit-verify-"):
            owner = name.split("-")[2]
            if owner.isdigit() and not _is_alive(int(owner)):
                workspace.git.worktree("remove", "--force", "--force", str(path), with_exceptions=False)
                shutil.rmtree(path.parent, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run(command: str, folder: Path, output: Path) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            code = 124
        finally:
            _end(process)
    size = output.stat().st_size
    with output.open("rb") as file:
        file.seek(max(0, size - TAIL))
        return code, file.read().decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command's whole process group, which may have outlived it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    process.wait()
