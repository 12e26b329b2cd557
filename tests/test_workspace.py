"""A run leaves HEAD, index, working tree, hooks and settings as they are; only its branch appears."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repositories import BRANCH, WARN, WARNING, CommandLine, Repository

HOOKS = (
    "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction", "post-checkout",
    "post-index-change", "post-rewrite", "pre-auto-gc", "fsmonitor-watchman",
)  # fmt: skip


@pytest.fixture
def dirty(repository: Repository) -> Repository:
    """A repository with every kind of unfinished work, and hooks that leave a mark when they run."""
    repository.commit({"src/a.py": WARN, "src/b.py": WARN, "src/c.py": WARN, "README": "hello\n"})
    repository.write({"src/c.py": WARN + "stashed = 1\n"})
    repository.git("stash", "push", "-q")
    repository.write(
        {"src/a.py": WARN + "dirty = 1\n", "src/new.py": WARN, "src/b.py": WARN + "staged = 1\n"}
    )
    repository.git("add", "src/b.py")
    for hook in HOOKS:
        path = repository.path / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch {repository.path}/ran-{hook}\n")
        path.chmod(0o755)
    repository.git("config", "core.fsmonitor", ".git/hooks/fsmonitor-watchman")
    return repository


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["src"], 0),
        (["src", "--dry-run"], 0),
        (["src", "--check"], 1),
        (["src", "--output-format", "json"], 0),
        (["src", "--verify", "true"], 0),
        (["src", "--verify", "false"], 4),
        (["src", "--since", "HEAD", "--changed-lines"], 0),
        (["nowhere"], 2),
        (["src", "--base", "nonsense"], 2),
        (["src", "--branch", "main"], 2),
        (["src", "-o", "shout=perhaps"], 2),
    ],
)
def test_nothing_but_the_branch_is_written(
    dirty: Repository, refactorkit: CommandLine, arguments: list[str], code: int
) -> None:
    before = dirty.state()
    result = refactorkit.apply("logging-warn", *arguments)
    assert result.code == code, result.err
    after = dirty.state()
    assert after == before
    commits = code == 0 and "--dry-run" not in arguments and "--since" not in arguments
    assert dirty.branches() == (["main", BRANCH] if commits else ["main"])
    if commits:
        assert dirty.git("diff", "--name-only", f"main..{BRANCH}").split() == [
            "src/a.py",
            "src/b.py",
            "src/c.py",
        ]
        assert dirty.show(f"{BRANCH}:src/b.py").decode() == WARNING


def test_the_objects_folder_stays_too_when_nothing_is_written(
    dirty: Repository, refactorkit: CommandLine
) -> None:
    def objects() -> list[str]:
        return sorted(str(p) for p in (dirty.path / ".git" / "objects").rglob("*"))

    before = objects()
    assert refactorkit.apply("logging-warn", "src", "--check", "--verify", "true").code == 1
    assert refactorkit.apply("logging-warn", "src", "--check", "--verify", "false").code == 4
    assert objects() == before


def test_uncommitted_work_is_announced_with_its_number(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"src/a.py": WARN, "src/b.py": WARN, "docs/x.txt": "x"})
    assert refactorkit.apply("logging-warn", "src", "--dry-run").err == ""
    repository.write({"src/a.py": WARN + "\n", "docs/x.txt": "y"})
    one = "1 file has uncommitted changes, which are not read and not part of the result"
    assert refactorkit.apply("logging-warn", "src", "--dry-run").complaint == f"warning: {one}"
    repository.git("mv", "src/b.py", "src/ c.py")
    result = refactorkit.apply("logging-warn", ".", "--dry-run")
    assert result.complaint.startswith("warning: 3 files have uncommitted changes")


def test_a_detached_head_stays_detached(repository: Repository, refactorkit: CommandLine) -> None:
    first = repository.commit({"a.py": WARN})
    repository.commit({"b.py": WARN})
    repository.git("checkout", "-q", "--detach", first)
    before = repository.state()
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert repository.state() == before
    assert repository.git("rev-parse", f"{BRANCH}^") == first


@pytest.mark.parametrize("path", [".", "..", "../lib", "../../src/app", "a.py", "./a.py"])
def test_paths_are_relative_to_the_current_folder(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    repository.commit({"src/app/a.py": WARN, "src/lib/b.py": WARN})
    monkeypatch.chdir(repository.path / "src" / "app")
    assert refactorkit.apply("logging-warn", path).code == 0
    wanted = {".": ["src/app/a.py"], "..": ["src/app/a.py", "src/lib/b.py"], "../lib": ["src/lib/b.py"]}
    changed = repository.git("diff", "--name-only", f"main..{BRANCH}").split()
    assert changed == wanted.get(path, ["src/app/a.py"])


def test_an_absolute_path_through_a_link_is_inside(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"src/a.py": WARN})
    (tmp_path / "link").symlink_to(repository.path)
    assert refactorkit.apply("logging-warn", str(tmp_path / "link" / "src")).code == 0
    assert repository.branches() == ["main", BRANCH]


def test_a_run_from_a_hook_works_on_the_repository_around_it(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    other = Repository.new(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git" / "index"))
    assert refactorkit.apply("logging-warn", ".").code == 0
    for name in ("GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert repository.branches() == ["main", BRANCH]
    assert other.branches() == [""]


def test_a_split_index_leaves_no_shared_part_behind(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN})
    repository.git("config", "core.splitIndex", "true")
    before = repository.state()
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert repository.state() == before


@pytest.mark.parametrize(
    ("base", "works"),
    [
        ("v1", True), ("other", True), ("HEAD~1", True), ("{sha}", True), ("main", True),
        ("nonsense", False), ("-x", False), ("--help", False), ("..", False), ("a b", False), ("HEAD:a.py", False),
    ],
)  # fmt: skip
def test_the_base_is_any_name_of_a_commit(
    repository: Repository, refactorkit: CommandLine, base: str, works: bool
) -> None:
    first = repository.commit({"a.py": WARN})
    repository.git("tag", "-a", "-m", "one", "v1")
    repository.git("branch", "other")
    head = repository.commit({"b.py": WARN})
    result = refactorkit.apply("logging-warn", ".", f"--base={base.format(sha=first[:8])}")
    if works:
        assert result.code == 0, result.err
        wanted = head if base == "main" else first
        assert repository.git("rev-parse", f"{BRANCH}^") == wanted
    else:
        assert result.code == 2
        assert result.complaint == f"--base {base} names no commit: give a branch, a tag or a sha"


def test_a_repository_without_commits_says_so(repository: Repository, refactorkit: CommandLine) -> None:
    repository.write({"a.py": WARN})
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert result.complaint == "the repository has no commit yet: commit first, or pass --in-place"
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert (repository.path / "a.py").read_text() == WARNING


def test_without_git_only_the_disk_can_be_worked_on(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN, "node_modules/x/b.py": WARN})
    monkeypatch.setenv("PATH", str(tmp_path))
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert result.complaint == "git is not installed or not on PATH: install it, or pass --in-place"
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert (repository.path / "a.py").read_text() == WARNING
    assert (repository.path / "node_modules/x/b.py").read_text() == WARN


def test_outside_of_git_a_branch_is_refused_and_the_rest_works(
    refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_git_settings: None
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(WARN)
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert "is not in a git repository: run `git init` and commit, or pass --in-place" in result.complaint
    assert refactorkit.apply("logging-warn", ".", "--check").code == 1
    assert refactorkit.json("logging-warn", ".", "--dry-run")["base"] is None
    assert refactorkit.apply("logging-warn", ".", "--dry-run", "--base", "x").code == 2
    assert refactorkit.apply("logging-warn", ".", "--since", "x", "--dry-run").code == 2
    assert (tmp_path / "a.py").read_text() == WARN
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert (tmp_path / "a.py").read_text() == WARNING


def test_a_missing_identity_is_explained(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": WARN})
    repository.git("config", "--unset", "user.name")
    repository.git("config", "--unset", "user.email")
    repository.git("config", "user.useConfigOnly", "true")
    monkeypatch.delenv("EMAIL", raising=False)
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert 'run `git config user.name "Your Name"` and `git config user.email' in result.complaint
    assert repository.branches() == ["main"]


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root, to run as somebody else")
def test_a_repository_that_may_not_be_written_is_one_line(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    from repositories import SAMPLES, command, environment

    repository.commit({"a.py": WARN})
    before = repository.state()
    for folder in [tmp_path, *tmp_path.parents][:4]:
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
    arguments = command("apply", "logging-warn", ".", "--config", str(SAMPLES))
    if subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", *command("--version")], env=environment(), check=False
    ).returncode:
        pytest.skip("nobody can't run this Python")
    for trusted in (False, True):
        settings = tmp_path / "gitconfig"
        settings.write_text(f"[safe]\ndirectory = {repository.path}\n" if trusted else "")
        settings.chmod(0o644)
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--clear-groups", *arguments],
            cwd=repository.path, env=environment(GIT_CONFIG_GLOBAL=str(settings)), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1
        wanted = "check that .git is writable" if trusted else "git config --global --add safe.directory"
        assert wanted in done.stderr
    assert repository.state() == before
