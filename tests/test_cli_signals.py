"""Ctrl-C ends a run within a second, and a reader that goes away ends nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from repositories import BRANCH, SAMPLES, Repository, command, environment

LONG = "import logging\n" + "".join(f"logging.warn({n})\n" for n in range(400))


def started(repository: Repository, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("apply", "logging-warn", ".", "--config", str(SAMPLES), *arguments),
        cwd=repository.path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("to", ["everybody", "coordinator"])
def test_an_interrupt_ends_the_run_at_once_and_leaves_nothing(
    repository: Repository, jobs: str, to: str
) -> None:
    repository.commit({f"m{n:03}.py": LONG for n in range(60)})
    before = repository.state()
    run = started(repository, "--jobs", jobs)
    time.sleep(2.5)
    assert run.poll() is None
    family = psutil.Process(run.pid).children(recursive=True)
    begin = time.monotonic()
    (os.killpg if to == "everybody" else os.kill)(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert run.returncode == 130, err
    assert time.monotonic() - begin < 10  # one second on a machine that does nothing else
    assert err == "refactorkit: interrupted, nothing half-written\n"
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert repository.state() == before
    assert repository.branches() == ["main"]


def test_workers_end_with_a_coordinator_that_is_killed(repository: Repository) -> None:
    repository.commit({f"m{n:03}.py": LONG for n in range(60)})
    run = started(repository, "--jobs", "2")
    children: list[psutil.Process] = []
    until = time.monotonic() + 20
    while len(children) < 3 and time.monotonic() < until:
        time.sleep(0.1)
        children = psutil.Process(run.pid).children(recursive=True)
    time.sleep(1)
    run.kill()
    run.communicate()
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert repository.branches() == ["main"]


def test_a_reader_that_has_had_enough_stops_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a.py": LONG * 2, "b.py": "x = old()\n"})
    line = " ".join(command("apply", "logging-warn,misbehaves", ".", "--config", str(SAMPLES)))
    script = f"{{ {line}; echo $? > {tmp_path / 'code'}; }} | head -1"
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=repository.path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "diff --git a/a.py b/a.py\n"
    assert done.stderr == ""
    assert (tmp_path / "code").read_text() == "0\n"
    assert repository.branches() == ["main", BRANCH, "refactorkit/misbehaves"]
