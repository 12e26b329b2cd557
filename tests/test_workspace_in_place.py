"""`--in-place` writes the working tree, each file in one step, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from refactorkit.model import Change, Plan
from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.disk import DiskWorkspace
from repositories import WARN, WARNING, CommandLine, Repository


def test_the_working_tree_is_read_and_written_and_git_is_not(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": "x = 1\n", "b.py": WARN, ".gitignore": "ignored.py\n"})
    repository.write({"a.py": WARN, "new.py": WARN, "ignored.py": WARN})
    before = {path: facts for path, facts in repository.state().items() if not path.endswith(".py")}
    result = refactorkit.apply("logging-warn", ".", "--in-place")
    assert result.code == 0
    assert "The files were changed in place." in result.out
    after = {path: facts for path, facts in repository.state().items() if not path.endswith(".py")}
    assert after == before
    for name in ("a.py", "b.py", "new.py"):
        assert (repository.path / name).read_text() == WARNING
    assert (repository.path / "ignored.py").read_text() == WARN
    assert repository.branches() == ["main"]


def test_a_pre_commit_hook_can_check_the_working_tree(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN, "b.py": WARNING})
    assert refactorkit.apply("logging-warn", "a.py", "b.py", "--in-place", "--check").code == 1
    assert refactorkit.apply("logging-warn", "b.py", "--in-place", "--check").code == 0
    assert (repository.path / "a.py").read_text() == WARN


def test_an_ignored_path_is_told_apart_from_a_missing_one(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN, ".gitignore": "ignored.py\n"})
    repository.write({"ignored.py": WARN})
    said = refactorkit.apply("logging-warn", "ignored.py", "--in-place").complaint
    assert said == "ignored.py holds no file, or git ignores it: give another path"
    said = refactorkit.apply("logging-warn", "ignored.py").complaint
    assert "is not in the commit that is read" in said


def test_several_codemods_follow_one_another(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": "import logging\nlogging.warn(old())\n"})
    assert refactorkit.apply("logging-warn,misbehaves", ".", "--in-place").code == 0
    assert (repository.path / "a.py").read_text() == "import logging\nlogging.warning(new())\n"


@pytest.mark.parametrize("flag", [["--branch", "x"], ["--base", "main"]])
def test_what_has_no_meaning_in_place_is_refused(
    repository: Repository, refactorkit: CommandLine, flag: list[str]
) -> None:
    repository.commit({"a.py": WARN})
    result = refactorkit.apply("logging-warn", ".", "--in-place", *flag)
    assert result.code == 2
    assert result.complaint == f"{flag[0]} has no meaning with --in-place: leave one of them out"


def test_environments_and_foreign_folders_are_left_alone(
    refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = ["env/lib", "node_modules/x", ".venv/x", "a/site-packages/x", "src"]
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "m.py").write_text(WARN)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    monkeypatch.chdir(tmp_path)
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert [f for f in folders if (tmp_path / f / "m.py").read_text() == WARNING] == ["src"]


def plan(*changes: Change) -> Plan:
    return Plan(codemod="x", version="1", options={}, outcomes=changes)


def test_a_file_that_changed_meanwhile_stops_everything_before_the_first_byte(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(b"now")
    workspace = DiskWorkspace(tmp_path)
    one = Change(path="a.py", before=b"now", after=b"then")
    for other in (
        Change(path="b.py", before=b"earlier", after=b"then"),
        Change(path="gone.py", before=b"earlier", after=b"then"),
        Change(path="b.py", before=None, after=b"new"),
        Change(path="../b.py", before=None, after=b"new"),
    ):
        with pytest.raises(WorkspaceError):
            workspace.publish(plan(one, other), "", None)
    assert (tmp_path / "a.py").read_bytes() == b"now"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_files_are_added_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_bytes(b"x")
    changes = (
        Change(path="new/folder/a.py", before=None, after=b"y"),
        Change(path="old.py", before=b"x", after=None),
    )
    DiskWorkspace(tmp_path).publish(plan(*changes), "", None)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.py")] == ["new/folder/a.py"]
    assert (tmp_path / "new/folder/a.py").stat().st_mode & 0o777 == 0o644
