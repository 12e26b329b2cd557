"""`--verify` runs a command on the result, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from repositories import BRANCH, SAMPLES, WARN, CommandLine, Repository, command, environment


@pytest.fixture
def project(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """One site, committed; temporary files go below tmp_path/tmp."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    repository.commit({"src/a.py": WARN})
    return repository


def litter(project: Repository) -> list[str]:
    """What a verification may have left: worktrees, their files, git's notes of them."""
    found = [line for line in project.git("worktree", "list").splitlines() if str(project.path) not in line]
    notes = project.path / ".git" / "worktrees"
    found += [str(p) for p in notes.iterdir()] if notes.exists() else []
    return found + [p.name for p in (project.path.parent / "tmp").iterdir()]


def test_a_command_that_succeeds_sees_the_result_and_lets_it_pass(
    project: Repository, refactorkit: CommandLine
) -> None:
    document = refactorkit.json(
        "logging-warn", ".", "--verify", "grep -q warning src/a.py && git log -1 --format=%s"
    )
    assert document["verification"][-1]["gate"] == "command"
    assert document["verification"][-1]["ok"] is True
    assert project.branches() == ["main", BRANCH]
    assert litter(project) == []


def test_a_command_that_fails_leaves_no_branch_and_no_worktree(
    project: Repository, refactorkit: CommandLine
) -> None:
    result = refactorkit.apply("logging-warn", ".", "--verify", "echo one; echo two >&2; exit 7")
    assert result.code == 4
    assert result.complaint == (
        "logging-warn: nothing was committed: echo one; echo two >&2; exit 7 exited 7: one; two"
    )
    assert "1 file would change" in result.out
    assert "Nothing was written." in result.out
    assert project.branches() == ["main"]
    assert litter(project) == []


def test_processes_that_a_command_leaves_running_are_ended(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    start = time.monotonic()
    note = tmp_path / "pid"
    command = f"sleep 60 & echo $! > {note}; (trap '' TERM; sleep 60) & true"
    assert refactorkit.apply("logging-warn", ".", "--verify", command).code == 0
    assert time.monotonic() - start < 30
    left = int(note.read_text())
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE
    assert litter(project) == []


def test_a_command_that_writes_into_its_worktree_harms_nobody(
    project: Repository, refactorkit: CommandLine
) -> None:
    before = project.state()
    command = "echo changed > src/a.py; git add -A; mkdir -p build/deep; chmod 500 build; git config --local -l >/dev/null"
    assert refactorkit.apply("logging-warn", ".", "--verify", command).code == 0
    assert project.state() == before
    assert litter(project) == []


def test_the_worktree_of_a_killed_run_goes_with_the_next(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    arguments = command(
        "apply", "logging-warn", ".", "--config", str(SAMPLES), "--verify", f"touch {mark}; sleep 20"
    )
    run = subprocess.Popen(arguments, cwd=project.path, env=environment(TMPDIR=str(tmp_path / "tmp")))
    while not mark.exists():
        assert run.poll() is None
        time.sleep(0.05)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert litter(project) != []
    assert refactorkit.apply("logging-warn", ".", "--verify", "true").code == 0
    assert litter(project) == []


def test_a_dry_run_makes_no_worktree_and_says_so(project: Repository, refactorkit: CommandLine) -> None:
    document = refactorkit.json("logging-warn", ".", "--dry-run", "--verify", "false")
    assert document["verification"][-1]["ok"] is None
    in_place = refactorkit.apply(
        "logging-warn", ".", "--in-place", "--verify", "false", "--output-format", "json"
    )
    assert in_place.code == 0
    assert in_place.document["verification"][-1]["ok"] is None


def test_nothing_is_verified_when_nothing_changes(project: Repository, refactorkit: CommandLine) -> None:
    project.commit({"src/a.py": "x = 1\n"})
    assert refactorkit.apply("logging-warn", ".", "--verify", "false").code == 0
