"""Two runs at once: the second waits, or says so; a lock never outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.locking import locked_file, locked_folder
from repositories import BRANCH, SAMPLES, WARN, CommandLine, Repository, command, environment


def holder(repository: Repository, tmp_path: Path, seconds: float) -> subprocess.Popen[str]:
    """A run that has the repository's lock for some seconds, which have begun when this returns."""
    mark = tmp_path / "mark"
    line = f"touch {mark}; sleep {seconds}"
    arguments = command("apply", "logging-warn", ".", "--config", str(SAMPLES), "--verify", line)
    run = subprocess.Popen(
        arguments, cwd=repository.path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    until = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < until:
        assert run.poll() is None
        time.sleep(0.02)
    return run


def test_the_second_run_waits_for_the_first_and_says_whom_it_waits_for(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    first = holder(repository, tmp_path, 6)
    second = refactorkit.apply("logging-warn", ".", "--branch", "other")
    assert first.wait() == 0
    assert second.code == 0
    waiting = f"refactorkit: warning: waiting for another run here to end (process {first.pid} on "
    assert second.err.startswith(waiting)
    assert repository.branches() == ["main", "other", BRANCH]
    assert not (repository.path / ".git" / "refactorkit.lock").exists()


def test_linked_worktrees_share_the_lock_and_a_dry_run_needs_none(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": WARN})
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    first = holder(repository, tmp_path, 6)
    assert refactorkit.apply("logging-warn", ".", "--dry-run").err == ""
    assert first.poll() is None
    monkeypatch.chdir(tmp_path / "linked")
    second = refactorkit.apply("logging-warn", ".", "--branch", "other")
    assert "waiting for another run" in second.err
    assert second.code == 0
    assert first.wait() == 0


def test_the_lock_of_a_killed_run_is_free_at_once(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    first = holder(repository, tmp_path, 30)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert (repository.path / ".git" / "refactorkit.lock").exists()
    result = refactorkit.apply("logging-warn", ".")
    assert (result.code, result.err) == (0, "")
    assert not (repository.path / ".git" / "refactorkit.lock").exists()


@pytest.mark.parametrize("lock", [locked_file, locked_folder])
def test_who_waits_too_long_is_told_what_to_do(tmp_path: Path, lock: object) -> None:
    path = tmp_path / "lock" if lock is locked_file else tmp_path
    said: list[str] = []
    assert callable(lock)
    with lock(path, said.append):
        with pytest.raises(WorkspaceError, match="run again when it has ended"):
            with lock(path, said.append, 0.3):
                pass
    assert len(said) == 1
    assert said[0].startswith("waiting for another run here to end (")
    with lock(path, said.append, 0):  # free again
        pass
    assert len(said) == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("lock", [locked_file, locked_folder])
def test_many_at_once_take_turns(tmp_path: Path, lock: object) -> None:
    path = tmp_path / "lock" if lock is locked_file else tmp_path
    inside: list[int] = []
    most: list[int] = []
    assert callable(lock)

    def work(number: int) -> None:
        for _ in range(5):
            with lock(path, lambda _: None, 60):
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.001)
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 30


def test_a_lock_that_leads_elsewhere_is_refused_and_what_it_leads_to_stays(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    (tmp_path / "precious").write_text("data")
    (repository.path / ".git" / "refactorkit.lock").symlink_to(tmp_path / "precious")
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert "can't be locked" in result.complaint
    assert (tmp_path / "precious").read_text() == "data"


def test_two_runs_in_place_take_turns(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({f"m{n}.py": WARN for n in range(5)})
    with locked_folder(repository.path, print):
        started = subprocess.Popen(
            command("apply", "logging-warn", ".", "--config", str(SAMPLES), "--in-place"),
            cwd=repository.path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert started.stderr is not None
        assert "waiting for another run here to end" in started.stderr.readline()
        assert repository.git("status", "--porcelain") == ""
    assert started.wait(60) == 0
    assert len(repository.git("status", "--porcelain").split("\n")) == 5
