"""What all tests share: the cache folder for real subjects, and the rule for tests that need the package index."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot_fixtures import github, world
from postgresql_server import database, server
from repositories import CommandLine, Repository

__all__ = ["database", "github", "server", "world"]  # fixtures


def pytest_configure() -> None:
    """Let the programs that tests start be interrupted: a shell ignores SIGINT for what it runs in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # As the command line does: syntax trees are large, and looking through them for cycles takes longer than making them.
    gc.set_threshold(200_000, 20, 20)


@pytest.fixture(scope="session")
def subject_cache() -> Path:
    """The folder where tests and benchmarks keep downloaded subjects between runs, outside the repository."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "refactorkit-subjects"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(autouse=True, scope="session")
def _cache_of_shared_fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made once for many tests keeps nothing in the cache of whoever runs them, and finds nothing there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFACTORKIT_CACHE_DIR", str(tmp_path_factory.mktemp("shared-cache") / "results"))
        yield


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test finds was kept by another one, or is what whoever runs the tests has installed."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("REFACTORKIT_CACHE_DIR", str(tmp_path_factory.mktemp("cache") / "results"))


@pytest.fixture
def no_git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git with nobody's settings and identity."""
    home = tmp_path / "home"
    home.mkdir()
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_git_settings: None) -> Repository:
    """An empty repository, which is the current folder."""
    made = Repository.new(tmp_path / "project")
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def refactorkit(capfd: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line in this process."""
    return CommandLine(capfd)


@cache
def why_index_is_out_of_reach() -> str | None:
    """One line when pip, with the configuration it has here, gets no answer from its index; None when it does."""
    ask = [sys.executable, "-m", "pip", "--retries", "0", "--timeout", "10", "index", "versions", "pip"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return "the package index did not answer pip within 60 s"
    if answer.returncode == 0:
        return None
    complaint = answer.stderr.strip().splitlines() or [f"pip ended with {answer.returncode}"]
    return f"pip can't reach the package index: {complaint[-1]}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a `network` test out, saying why, when there is no index to ask; asked once a process, and only then."""
    if item.get_closest_marker("network") is None:
        return
    reason = why_index_is_out_of_reach()
    if reason is not None:
        item.add_marker(pytest.mark.skipif(True, reason=reason))
