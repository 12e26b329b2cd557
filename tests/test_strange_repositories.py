"""Repositories as they are found: each gives the result of a plain one, or one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from repositories import BRANCH, WARN, WARNING, CommandLine, Repository


def configured(*settings: tuple[str, str]) -> Callable[[Repository], None]:
    def arrange(repository: Repository) -> None:
        for key, value in settings:
            repository.git("config", key, value)

    return arrange


def version_4(repository: Repository) -> None:
    repository.git("update-index", "--index-version", "4")


def split(repository: Repository) -> None:
    repository.git("update-index", "--split-index")


def sparse(repository: Repository) -> None:
    repository.git("sparse-checkout", "set", "--cone", "docs")
    assert not (repository.path / "src" / "a.py").exists()


def sparse_index(repository: Repository) -> None:
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "docs")


def grafted(repository: Repository) -> None:
    (repository.path / ".git" / "info" / "grafts").write_text(repository.git("rev-parse", "HEAD") + "\n")


ARRANGED: dict[str, Callable[[Repository], None]] = {
    "index of version 4": version_4,
    "split index": split,
    "sparse checkout": sparse,
    "sparse index": sparse_index,
    "grafts": grafted,
    "untracked cache": configured(("core.untrackedCache", "true")),
    "filters": configured(("filter.x.clean", "false"), ("filter.x.required", "true")),
    "no file modes": configured(("core.fileMode", "false")),
    "colours": configured(("color.ui", "always"), ("column.ui", "always"), ("status.short", "true")),
}


@pytest.mark.parametrize("name", ARRANGED)
def test_the_result_is_that_of_a_plain_repository(
    repository: Repository, refactorkit: CommandLine, name: str
) -> None:
    base = repository.commit({"src/a.py": WARN, "docs/x.txt": "x\n", "docs/b.py": WARN})
    ARRANGED[name](repository)
    before = repository.state()
    assert refactorkit.apply("logging-warn", ".").code == 0
    # git itself renews the time of a shared index whenever it reads it, so that it doesn't expire
    assert {p: f for p, f in repository.state().items() if not p.startswith("sharedindex.")} == {
        p: f for p, f in before.items() if not p.startswith("sharedindex.")
    }
    for path in ("src/a.py", "docs/b.py"):
        assert repository.show(f"{BRANCH}:{path}").decode() == WARNING
    assert repository.git("--no-replace-objects", "rev-parse", f"{BRANCH}~1") == base


def test_a_replaced_object_is_read_as_it_is(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": "x = 1\n"})
    other = repository.git("rev-parse", "HEAD:a.py")
    base = repository.commit({"a.py": WARN})
    repository.git("replace", repository.git("rev-parse", "HEAD:a.py"), other)
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert repository.git("--no-replace-objects", "show", f"{BRANCH}:a.py") == WARNING.rstrip("\n")
    assert repository.git("rev-parse", f"{BRANCH}^") == base


def test_a_partial_clone_names_the_command_that_completes_it(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({f"src/m{n}.py": WARN + f"n = {n}\n" for n in range(30)})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = Repository(tmp_path / "clone")
    repository.git(
        "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.path}", str(clone.path)
    )
    configured(("user.name", "T"), ("user.email", "t@example.com"))(clone)
    monkeypatch.chdir(clone.path)
    said = refactorkit.apply("logging-warn", ".").err.splitlines()[
        -1
    ]  # the line above: nothing is checked out
    command = "git fetch --refetch --no-filter"
    assert said.startswith(
        "refactorkit: this partial clone lacks 30 files of the commit, such as src/m0.py: run `" + command
    )
    clone.git(*command.split()[1:], "-q")
    assert refactorkit.json("logging-warn", ".")["files"]["changed"] == 30


def test_objects_of_an_alternate_are_read(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": WARN})
    clone = Repository(tmp_path / "clone")
    repository.git("clone", "-q", "--shared", str(repository.path), str(clone.path))
    configured(("user.name", "T"), ("user.email", "t@example.com"))(clone)
    monkeypatch.chdir(clone.path)
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert clone.branches() == ["main", BRANCH]
    assert repository.branches() == ["main"]


def test_names_that_differ_by_case_are_two_files(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit(
        {"a.py": WARN, "A.py": WARN + "x = 1\n", "Src/b.py": WARN, "src/b.py": WARN + "y = 1\n"}
    )
    assert refactorkit.json("logging-warn", ".")["files"]["changed"] == 4
    assert repository.show(f"{BRANCH}:A.py").decode() == WARNING + "x = 1\n"


def test_a_repository_inside_of_another_is_left_to_itself(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": WARN})
    inner = Repository.new(repository.path / "inner")
    inner.commit({"b.py": WARN})
    assert refactorkit.json("logging-warn", ".", "--in-place")["files"]["changed"] == 1
    assert (inner.path / "b.py").read_text() == WARN
    monkeypatch.chdir(inner.path)
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert inner.branches() == ["main", BRANCH]
    assert repository.branches() == ["main"]
