"""SIGKILL at any moment loses nothing of the user's, and the next run gives what the killed one would have given.

The moments are spread evenly over the measured time of a run; one that ends before its moment shortens those that follow,
as the machine has become faster since.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forking_runs import ForkingRuns
from repositories import BRANCH, SAMPLES, WARN, WARNING, CommandLine, Repository

FILES = 24
SOONER = 0.7
"""How much sooner the next kill comes after a run that ended by itself."""
URLS = {
    "app/__init__.py": "",
    "app/kinds.py": "from typing import Annotated\nfrom pydantic import BeforeValidator\n\n"
    "LaxUrl = Annotated[str, BeforeValidator(str)]\n",
    "app/models.py": "from pydantic import BaseModel\n\nfrom app.kinds import LaxUrl\n\n\n"
    "class Create(BaseModel):\n    one: LaxUrl\n",
}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkingRuns]:
    """Runs whose temporary files, like those of this process, lie below tmp_path/tmp."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    with ForkingRuns(TMPDIR=str(tmp_path / "tmp")) as found:
        yield found


@pytest.fixture
def dirty(repository: Repository) -> Repository:
    """Everything at once: a stash, a merge with a conflict, staged, unstaged and untracked work."""
    files: dict[str, str | bytes] = {f"m{n:02}.py": WARN for n in range(FILES)}
    repository.commit({**files, **URLS, "both.txt": "one\n"})
    repository.git("switch", "-q", "-c", "side")
    repository.commit({"both.txt": "two\n"})
    repository.git("switch", "-q", "main")
    repository.commit({"both.txt": "three\n"})
    repository.write({"m00.py": "stashed = 1\n"})
    repository.git("stash", "-q")
    repository.git("merge", "-q", "side", check=False)
    repository.write({"m01.py": "staged = 1\n", "new.py": WARN})
    repository.git("add", "m01.py", "new.py")
    repository.write({"m02.py": "unstaged = 1\n", "m01.py": "both = 1\n", "untracked.py": WARN})
    assert (repository.path / ".git" / "MERGE_HEAD").exists()
    return repository


def state(repository: Repository) -> dict[str, Any]:
    """All that is the user's: not our lock, which may be left, but stops nobody."""
    return {path: facts for path, facts in repository.state().items() if path != "refactorkit.lock"}


def moments(runs: ForkingRuns, repository: Repository, number: int, *arguments: str) -> list[float]:
    """So many moments of a run, after one that has shown how long it takes."""
    runs.run(repository.path, "list")
    start = time.monotonic()
    assert runs.run(repository.path, *arguments) == 0
    seconds = time.monotonic() - start
    return [seconds * (n + 0.5) / number for n in range(number)]


@pytest.mark.parametrize(
    ("number", "codemod", "more"),
    [
        (20, "logging-warn", []),
        (10, "http-url", ["-o", "role=input"]),
        (12, "logging-warn", ["--verify", "grep -q warning m07.py"]),
        (8, "logging-warn", ["--jobs", "2"]),
    ],
    ids=["plain", "project-wide", "verify", "workers"],
)
def test_a_killed_run_leaves_all_as_it_was_and_the_next_gives_the_same_tree(
    runs: ForkingRuns, dirty: Repository, refactorkit: CommandLine, tmp_path: Path, number: int, codemod: str, more: list[str]
) -> None:  # fmt: skip
    branch = f"refactorkit/{codemod}"
    cache = tmp_path / "cache"  # the killed run fills it, the next one finds what is there
    arguments = ("apply", codemod, ".", "--config", str(SAMPLES), "--cache-dir", str(cache), *more)
    before = state(dirty)
    times = moments(runs, dirty, number, *arguments)
    assert state(dirty) == before
    tree = dirty.git("rev-parse", f"{branch}^{{tree}}")
    killed, sooner = 0, 1.0
    for count, moment in enumerate(times):
        dirty.git("update-ref", "-d", f"refs/heads/{branch}")
        shutil.rmtree(cache, ignore_errors=True)
        code = runs.run(dirty.path, *arguments, killed_after=moment * sooner, group=count % 2 == 0)
        killed, sooner = (killed + 1, sooner) if code == -9 else (killed, sooner * SOONER)
        assert state(dirty) == before
        again = refactorkit(*(a for a in arguments if a not in ("--jobs", "2")))  # the same, and faster
        assert again.code == 0, again.err
        assert dirty.git("rev-parse", f"{branch}^{{tree}}") == tree
        assert dirty.state() == before
        assert list((tmp_path / "tmp").glob("refactorkit-verify-*")) == []
    assert killed > number / 3


def test_files_in_place_are_old_or_new_and_the_next_run_completes_them(
    runs: ForkingRuns, repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    names = [f"p{n % 4}/m{n:02}.py" for n in range(FILES)]
    repository.commit(dict.fromkeys(names, WARN))
    before = repository.state()
    cache = tmp_path / "cache"
    arguments = (
        "apply",
        "logging-warn",
        ".",
        "--config",
        str(SAMPLES),
        "--in-place",
        "--cache-dir",
        str(cache),
    )
    times = moments(runs, repository, 50, *arguments)
    killed, sooner = 0, 1.0
    for count, moment in enumerate(times):
        repository.write(dict.fromkeys(names, WARN))
        shutil.rmtree(cache, ignore_errors=True)
        code = runs.run(repository.path, *arguments, killed_after=moment * sooner, group=count % 2 == 0)
        killed, sooner = (killed + 1, sooner) if code == -9 else (killed, sooner * SOONER)
        found = {(repository.path / name).read_text() for name in names}
        assert found <= {WARN, WARNING}
        again = refactorkit(*arguments)
        assert again.code == 0, again.err
        assert {(repository.path / name).read_text() for name in names} == {WARNING}
        after = repository.state()
        assert after.keys() == before.keys()  # nothing half-written lies about
        assert {k: v for k, v in after.items() if not k.startswith("p")} == {
            k: v for k, v in before.items() if not k.startswith("p")
        }
    assert killed > 50 / 3


def test_what_a_killed_run_was_writing_goes_with_the_next(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a/x.py": WARN, "b/y.py": "z = 1\n", ".gitignore": "*.tmp\n"})
    repository.write({"a/.refactorkit-abcd_123.tmp": "half", "b/.refactorkit-notes.tmp": "somebody's"})
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert not (repository.path / "a" / ".refactorkit-abcd_123.tmp").exists()
    assert (repository.path / "b" / ".refactorkit-notes.tmp").exists()


def test_a_ref_lock_of_a_killed_git_is_taken_away_once_it_is_old(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN})
    repository.write({f".git/refs/heads/{BRANCH}.lock": ""})
    start = time.time()
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert time.time() - start > 3  # a git that lives holds it for milliseconds
    assert repository.branches() == ["main", BRANCH]
