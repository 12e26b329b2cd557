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
        "logging-warn: nothing was committed: echo one; echo two >&2; exit 7 exited 7: one; two "
        "(without the changes too, so they can't be judged)"
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


def test_a_dry_run_is_verified_too_and_writes_nothing(project: Repository, refactorkit: CommandLine) -> None:
    before = project.state()
    document = refactorkit.json("logging-warn", ".", "--dry-run", "--verify", "grep -q warning src/a.py")
    assert document["verification"][-1]["ok"] is True
    assert refactorkit.apply("logging-warn", ".", "--check", "--verify", "false").code == 4
    assert project.state() == before
    assert litter(project) == []


def test_files_on_disk_are_not_verified_and_the_ledger_says_so(
    project: Repository, refactorkit: CommandLine
) -> None:
    in_place = refactorkit.apply(
        "logging-warn", ".", "--in-place", "--verify", "false", "--output-format", "json"
    )
    assert in_place.code == 0
    assert in_place.document["verification"][-1]["ok"] is None


def test_what_a_command_does_to_its_repository_stays_there(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.git("tag", "v1")
    project.git("config", "user.name", "Somebody")
    before = project.state()
    steps = (
        "git describe --tags --exact-match main",
        'test -z "$(git status --porcelain)"',
        "echo more >> src/a.py",
        "git commit -qam more",
        'test "$(git log -1 --format=%an)" = Somebody',
        "git tag v2",
        "git branch topic",
        "git config core.bare true",
        "echo x > y && git --work-tree=. stash -u -q",
    )
    result = refactorkit.apply("logging-warn", ".", "--verify", " && ".join(steps))
    assert result.code == 0, result.err
    assert {k: v for k, v in project.state().items() if k in before} == before
    assert project.git("tag") == "v1"
    assert project.branches() == ["main", BRANCH]
    assert project.git("stash", "list") == ""
    assert litter(project) == []


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    start = time.monotonic()
    note = tmp_path / "pids"
    line = f"if grep -q warning src/a.py; then setsid sleep 60 & echo $! > {note}; sleep 60; fi"
    result = refactorkit.apply("logging-warn", ".", "--verify", line, "--verify-timeout", "1")
    assert time.monotonic() - start < 30
    assert result.code == 4
    assert "exited 124" in result.complaint
    (left,) = map(int, note.read_text().split())
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE
    assert litter(project) == []


def test_what_a_command_prints_fills_neither_memory_nor_disk(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = f"head -c 300000000 /dev/zero | tr '\\0' x; echo; echo the end; du -sk {tmp_path / 'tmp'} | cut -f1; exit 3"
    result = refactorkit.apply("logging-warn", ".", "--verify", line, "--no-bisect")
    assert result.code == 4
    *_, end, kilobytes = result.complaint.split("; ")
    assert end == "the end"
    assert int(kilobytes) < 10_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert len(result.err) < 2_000


def test_the_packages_of_the_worktree_are_imported_not_those_of_an_editable_install(
    project: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.commit({"src/app/__init__.py": "", "src/app/log.py": WARN})
    monkeypatch.setenv("PYTHONPATH", str(project.path / "src"))  # what an editable install comes to
    line = "python3 -c 'import app.log, sys; sys.exit(\"warning\" not in open(app.log.__file__).read())'"
    assert refactorkit.apply("logging-warn", "src/app", "--verify", line).code == 0


@pytest.mark.parametrize("to", ["everybody", "coordinator"])
def test_an_interrupt_ends_the_command_too_and_leaves_nothing(
    project: Repository, tmp_path: Path, to: str
) -> None:
    mark = tmp_path / "mark"
    before = project.state()
    line = f"sleep 60 & setsid sleep 60 & touch {mark}; sleep 60"
    arguments = command("apply", "logging-warn", ".", "--config", str(SAMPLES), "--verify", line)
    run = subprocess.Popen(
        arguments, cwd=project.path, env=environment(TMPDIR=str(tmp_path / "tmp")), stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < until:
        time.sleep(0.05)
    family = psutil.Process(run.pid).children(recursive=True)
    assert len(family) >= 4
    begin = time.monotonic()
    (os.killpg if to == "everybody" else os.kill)(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert run.returncode == 130, err
    assert time.monotonic() - begin < 10  # one second on a machine that does nothing else
    assert err == "refactorkit: interrupted, nothing half-written\n"
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert project.state() == before
    assert litter(project) == []


def test_nothing_is_verified_when_nothing_changes(project: Repository, refactorkit: CommandLine) -> None:
    project.commit({"src/a.py": "x = 1\n"})
    assert refactorkit.apply("logging-warn", ".", "--verify", "false").code == 0
