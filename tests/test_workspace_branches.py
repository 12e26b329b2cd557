"""Which branches a run may write, and how it writes them again."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from repositories import BRANCH, WARN, WARNING, CommandLine, Repository


@pytest.fixture
def project(repository: Repository) -> Repository:
    """One file with one site, committed."""
    repository.commit({"src/app/a.py": WARN, "other.txt": "x\n"})
    return repository


def refused(refactorkit: CommandLine, *arguments: str) -> str:
    """What is said about a run that must be refused."""
    result = refactorkit.apply("logging-warn", ".", *arguments)
    assert result.code == 2, (result.out, result.err)
    assert result.out == ""
    return result.complaint


def test_a_second_run_keeps_the_very_same_commit(project: Repository, refactorkit: CommandLine) -> None:
    first = refactorkit.json("logging-warn", ".")
    assert first["commit"] == project.git("rev-parse", BRANCH)
    log = project.git("reflog", BRANCH)
    project.git("config", "user.name", "Somebody Else")
    assert refactorkit.json("logging-warn", ".")["commit"] == first["commit"]
    assert project.git("reflog", BRANCH) == log


def test_our_own_branch_is_made_anew_when_the_base_has_moved(
    project: Repository, refactorkit: CommandLine
) -> None:
    first = refactorkit.json("logging-warn", ".")["commit"]
    base = project.commit({"b.py": WARN})
    second = refactorkit.json("logging-warn", ".")["commit"]
    assert second != first
    assert project.git("rev-parse", f"{BRANCH}^") == base
    assert project.show(f"{BRANCH}:b.py").decode() == WARNING


@pytest.mark.parametrize("what", ["on top", "amended", "underneath", "instead"])
def test_a_branch_with_somebodys_work_is_refused(
    project: Repository, refactorkit: CommandLine, what: str
) -> None:
    if what == "instead":
        project.git("branch", BRANCH)
    else:
        refactorkit.apply("logging-warn", ".")
        message = project.git("log", "-1", "--format=%B", BRANCH)
        project.git("switch", "-q", BRANCH)
        if what == "on top":
            project.commit({"b.py": "work = 1\n"})
        elif what == "amended":
            project.write({"src/app/a.py": WARNING + "work = 1\n"})
            project.git("commit", "-q", "--amend", "-a", "--no-edit")
        else:
            project.git("reset", "-q", "--hard", "main")
            project.commit({"b.py": "work = 1\n"})
            project.commit({"src/app/a.py": WARNING}, message)
        project.git("switch", "-q", "main")
    tip = project.git("rev-parse", BRANCH)
    said = refused(refactorkit)
    assert (
        said == f"{BRANCH} holds commits that refactorkit did not make: pass --branch, or rename or delete it"
    )
    assert project.git("rev-parse", BRANCH) == tip
    assert refactorkit.apply("logging-warn", ".", "--branch", "mine/too").code == 0
    assert project.git("rev-parse", "mine/too^") == project.git("rev-parse", "main")


@pytest.mark.parametrize(
    ("existing", "branch", "said"),
    [
        (
            "refactorkit",
            None,
            "git can't hold refactorkit/logging-warn beside the branch refactorkit: rename",
        ),
        (
            f"{BRANCH}/deeper",
            None,
            f"git can't hold {BRANCH} beside the branch {BRANCH}/deeper: rename that one",
        ),
        ("RefactorKit/Logging-Warn", None, "the branch RefactorKit/Logging-Warn differs from refactorkit/"),
        (
            "topic",
            "topic/x",
            "git can't hold topic/x beside the branch topic: rename that one, or pass --branch",
        ),
    ],
)
def test_a_neighbour_that_leaves_no_room_is_named(
    project: Repository, refactorkit: CommandLine, existing: str, branch: str | None, said: str
) -> None:
    project.git("branch", existing)
    assert refused(refactorkit, *(["--branch", branch] if branch else [])).startswith(said)


@pytest.mark.parametrize(
    "name", ["-x", "--help", "a b", "a..b", "a~1", "@{-1}", "@", "", "a.lock", "/a", "a//b", "HEAD"]
)
def test_a_name_that_is_no_branch_is_refused(
    project: Repository, refactorkit: CommandLine, name: str
) -> None:
    project.git("switch", "-q", "-c", "earlier")
    project.git("switch", "-q", "main")
    assert (
        refused(refactorkit, f"--branch={name}")
        == f"--branch {name!r} is no valid branch name: choose another"
    )
    assert project.branches() == ["earlier", "main"]


def test_a_bad_branch_is_refused_before_anything_is_planned(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.commit({"src/app/a.py": WARNING})
    assert "no valid branch name" in refused(refactorkit, "--branch", "a..b")


@pytest.mark.parametrize("name", ["ünï", "a'b", "feature/x@y", 'quo"te', "$HOME"])
def test_an_odd_but_valid_name_is_taken(project: Repository, refactorkit: CommandLine, name: str) -> None:
    assert refactorkit.json("logging-warn", ".", f"--branch={name}")["branch"] == name
    assert project.git("rev-parse", f"refs/heads/{name}^") == project.git("rev-parse", "main")
    assert refactorkit.apply("logging-warn", ".", f"--branch={name}").code == 0


def test_the_branch_that_is_head_is_refused(project: Repository, refactorkit: CommandLine) -> None:
    refactorkit.apply("logging-warn", ".")
    project.git("switch", "-q", BRANCH)
    assert refused(refactorkit, "--base", "main").startswith(
        f"{BRANCH} is checked out in {project.path}: switch"
    )


def test_a_branch_checked_out_in_a_linked_worktree_is_refused(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    refactorkit.apply("logging-warn", ".")
    project.git("worktree", "add", "-q", str(tmp_path / "linked"), BRANCH)
    project.commit({"b.py": WARN})
    assert str(tmp_path / "linked") in refused(refactorkit)


def test_a_head_that_waits_for_the_branch_is_not_moved_by_it(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.git("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
    assert "is checked out in" in refused(refactorkit, "--base", "main")
    assert project.branches() == ["main"]


def test_a_tag_of_the_same_name_does_no_harm(project: Repository, refactorkit: CommandLine) -> None:
    first = refactorkit.json("logging-warn", ".")["commit"]
    project.git("tag", BRANCH, "main")
    assert refactorkit.json("logging-warn", ".")["commit"] == first
    project.commit({"b.py": WARN})
    assert refactorkit.json("logging-warn", ".")["commit"] != first


def test_a_symbolic_branch_is_replaced_and_not_followed(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.git("branch", "-f", "elsewhere", refactorkit.json("logging-warn", ".")["commit"])
    project.git("symbolic-ref", f"refs/heads/{BRANCH}", "refs/heads/elsewhere")
    tip = project.git("rev-parse", "elsewhere")
    project.commit({"b.py": WARN})
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert project.git("rev-parse", "elsewhere") == tip


def test_a_locked_branch_is_one_line(project: Repository, refactorkit: CommandLine) -> None:
    lock = project.path / ".git" / "refs" / "heads" / f"{BRANCH}.lock"
    lock.parent.mkdir(parents=True)
    lock.write_bytes(b"")
    os.utime(lock, (time.time() + 3600,) * 2)  # never old enough to be a dead git's
    said = refused(refactorkit)
    assert said.startswith(f"{BRANCH} can't be moved (")
    assert said.endswith("): run again, or pass --branch")


def test_a_branch_that_moves_during_the_run_is_not_overwritten(
    project: Repository, refactorkit: CommandLine
) -> None:
    refactorkit.apply("logging-warn", ".")
    project.commit({"b.py": WARN})
    from refactorkit.workspace import WorkspaceError
    from refactorkit.workspace.git import GitWorkspace

    workspace = GitWorkspace.open(project.path, project.path, "HEAD")
    workspace.prepare([BRANCH])
    project.git("branch", "-f", BRANCH, "main")
    with pytest.raises(WorkspaceError, match="can't be moved"):
        workspace.move(BRANCH, project.git("rev-parse", "main^"))
    assert project.git("rev-parse", BRANCH) == project.git("rev-parse", "main")


TWO = {"a.py": WARN, "b.py": "x = old()\n"}


def test_several_codemods_get_a_branch_each_from_the_base(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit({**TWO})
    result = refactorkit.apply("logging-warn,misbehaves", ".", "--output-format", "json")
    assert [d["branch"] for d in result.documents] == [BRANCH, "refactorkit/misbehaves"]
    for document in result.documents:
        assert repository.git("rev-parse", f"{document['branch']}^") == base
    assert (
        "--branch names one branch"
        in refactorkit.apply("logging-warn,misbehaves", ".", "--branch", "x").complaint
    )


def test_a_stack_is_one_branch_and_keeps_its_commits(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit({**TWO, "c.py": "import logging\nlogging.warn(old())\n"})

    def stacked() -> list[str]:
        result = refactorkit.apply("logging-warn,misbehaves", ".", "--stack", "--output-format", "json")
        assert result.code == 0, result.err
        first, second = result.documents
        assert first["branch"] == second["branch"] == "refactorkit/logging-warn+misbehaves"
        assert second["base"] == first["commit"]
        assert repository.git("rev-parse", f"{second['branch']}~2") == first["base"]
        return [first["commit"], second["commit"]]

    made = stacked()
    assert repository.show(f"{made[1]}:c.py") == b"import logging\nlogging.warning(new())\n"
    assert stacked() == made
    assert repository.git("reflog", "refactorkit/logging-warn+misbehaves").count("\n") == 0
    assert base != repository.commit({"d.py": WARN})
    assert stacked() != made
    assert repository.branches() == ["main", "refactorkit/logging-warn+misbehaves"]


def test_a_stack_whose_last_codemod_finds_nothing_still_has_its_commits(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN})
    result = refactorkit.apply(
        "logging-warn,misbehaves", ".", "--stack", "--branch", "s", "--output-format", "json"
    )
    assert [bool(d["commit"]) for d in result.documents] == [True, False]
    assert repository.git("rev-parse", "s") == result.documents[0]["commit"]


def test_a_stack_that_fails_its_check_writes_nothing(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({**TWO})
    result = refactorkit.apply(
        "logging-warn,misbehaves", ".", "--stack", "--verify", "grep -q old b.py", "--output-format", "json"
    )
    assert result.code == 4
    assert [d["commit"] for d in result.documents] == [None, None]
    assert repository.branches() == ["main"]


def test_only_the_codemod_that_fails_its_check_is_not_committed(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({**TWO})
    result = refactorkit.apply("logging-warn,misbehaves", ".", "--verify", "grep -q 'warn(' a.py")
    assert result.code == 4
    assert result.complaint.startswith("logging-warn: nothing was committed: grep -q 'warn(' a.py exited 1")
    assert repository.branches() == ["main", "refactorkit/misbehaves"]


def test_the_branch_is_seen_from_a_linked_worktree(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked" / "src")
    before = project.state()
    assert refactorkit.apply("logging-warn", "app").code == 0
    assert project.branches() == ["main", BRANCH, "side"]
    assert project.state() == before


def test_a_shallow_clone_works(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit({"b.py": WARN})
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", project.path.as_uri(), str(tmp_path / "clone")], check=True
    )
    clone = Repository(tmp_path / "clone")
    clone.git("config", "user.name", "Tester")
    clone.git("config", "user.email", "t@example.com")
    monkeypatch.chdir(clone.path)
    first = refactorkit.json("logging-warn", ".")["commit"]
    assert refactorkit.json("logging-warn", ".")["commit"] == first
    assert clone.git("diff", "--name-only", f"main..{BRANCH}").split() == ["b.py", "src/app/a.py"]


def test_a_bare_repository_works(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(project.path), str(tmp_path / "bare.git")], check=True
    )
    bare = Repository(tmp_path / "bare.git")
    bare.git("config", "user.name", "Tester")
    bare.git("config", "user.email", "t@example.com")
    monkeypatch.chdir(bare.path)
    assert refactorkit.apply("logging-warn", "src", "--verify", "grep warning src/app/a.py").code == 0
    assert bare.show(f"{BRANCH}:src/app/a.py").decode() == WARNING


def test_a_sha256_repository_works(
    tmp_path: Path, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch, no_git_settings: None
) -> None:
    repository = Repository.new(tmp_path / "long", "--object-format=sha256")
    monkeypatch.chdir(repository.path)
    repository.commit({"a.py": WARN})
    first = refactorkit.json("logging-warn", ".")["commit"]
    assert len(first) == 64
    assert refactorkit.json("logging-warn", ".")["commit"] == first
    assert repository.show(f"{BRANCH}:a.py").decode() == WARNING
