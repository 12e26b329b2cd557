"""A repository may come from anybody: its configuration runs no program, and its names are no options."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.workspace.trust import as_environment, overruling
from repositories import BRANCH, WARN, CommandLine, Repository

CANARIES = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean",
    "filter.evil.smudge", "filter.ev=il.clean", "filter.ev=il.smudge", "merge.evil.driver", "gpg.program",
    "gpg.openpgp.program", "gpg.x509.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "credential.helper",
    "remote.origin.uploadpack", "remote.origin.receivepack", "pager.status", "pager.show", "pager.diff-tree",
    "sequence.editor", "interactive.diffFilter", "trailer.x.command", "trailer.x.cmd", "uploadpack.packObjectsHook",
    "alias.status", "alias.show", "alias.cat-file", "browser.x.cmd", "submodule.x.update",
)  # fmt: skip
"""Settings that name programs."""


class Trap:
    """A repository whose configuration names canaries; `sung` says which of them ran."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        folder.mkdir()
        self.repository, self._folder = repository, folder
        repository.commit({"src/a.py": WARN, "src/b.py": WARN, "x.txt": "x\n"})
        attributes = "*.py filter=evil diff=evil merge=evil\n*.txt filter=ev=il\n"
        repository.commit({".gitattributes": attributes, "src/b.py": WARN + "y = 1\n"})
        for key in CANARIES:
            repository.git(
                "config", key, self._canary(key, "!" if key.startswith(("alias", "submodule")) else "")
            )
        (repository.path / ".git" / "info" / "attributes").write_text(attributes)
        hooks = repository.path / "hooks"
        hooks.mkdir()
        for hook in (
            "post-checkout",
            "reference-transaction",
            "post-index-change",
            "pre-commit",
            "commit-msg",
        ):
            (hooks / hook).write_text(f"#!/bin/sh\ntouch {folder / hook}\n")
            (hooks / hook).chmod(0o755)
        repository.git("config", "core.hooksPath", str(hooks))
        for name in ("src/a.py", "x.txt"):  # git looks into files that may have changed
            os.utime(repository.path / name, (1, 1))
        self.sung()

    def _canary(self, key: str, before: str) -> str:
        script = self._folder.parent / f"canary-{key}"
        script.write_text(f"#!/bin/sh\ntouch '{self._folder / key}'\ncat\n")
        script.chmod(0o755)
        return f"{before}{script}"

    def sung(self) -> list[str]:
        """The canaries that ran since the last call."""
        found = sorted(os.listdir(self._folder))
        for name in found:
            (self._folder / name).unlink()
        return found


@pytest.fixture
def trap(repository: Repository, tmp_path: Path) -> Trap:
    return Trap(repository, tmp_path / "marks")


def test_the_canaries_sing_when_git_itself_runs(trap: Trap) -> None:
    trap.repository.git("status")
    trap.repository.git("diff", "HEAD~1", "HEAD")
    trap.repository.git("commit", "-S", "-q", "--allow-empty", "-m", "x", check=False)
    sung = trap.sung()
    assert {
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.ev=il.clean",
        "diff.external",
        "pre-commit",
    } <= set(sung)
    assert "gpg.program" in sung or "gpg.openpgp.program" in sung


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dry-run"],
        [],
        ["--verify", "true"],
        ["--verify", "false"],
        ["--since", "HEAD~1"],
        ["--since", "HEAD~1", "--changed-lines"],
        ["--base", "HEAD~1"],
        ["--in-place"],
        ["--in-place", "--check"],
        ["nowhere"],
    ],
    ids=" ".join,
)
def test_no_program_that_the_repository_names_runs(
    trap: Trap, refactorkit: CommandLine, arguments: list[str]
) -> None:
    result = refactorkit.apply("logging-warn", "src", *arguments)
    assert result.code in (0, 1, 2, 4), result.err
    assert "internal" not in result.err
    assert trap.sung() == []
    if not arguments:
        assert refactorkit.apply("logging-warn", "src").code == 0  # over the branch that is there
        assert trap.repository.branches() == ["main", BRANCH]
        assert trap.sung() == []


@pytest.mark.parametrize("first", [".", "", "bin"])
def test_no_git_of_the_project_runs_where_the_path_leads_into_it(
    repository: Repository, tmp_path: Path, first: str
) -> None:
    mark = tmp_path / "mark"
    repository.commit({"src/a.py": "try:\n    int('1')\nexcept Exception:\n    pass\n"})
    for folder in (repository.path, repository.path / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\ntouch '{mark}'\n")
        (folder / "git").chmod(0o755)
    ran = subprocess.run(
        [sys.executable, "-m", "refactorkit", "apply", "narrow-except", "src", "--no-cache", "--no-gate"],
        cwd=repository.path,
        env={**os.environ, "PATH": os.pathsep.join([first, os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, mark.exists()) == (0, False), ran.stderr
    assert "Committed" in ran.stdout


def test_a_commit_is_signed_by_the_users_program_and_not_by_the_repositorys(
    trap: Trap, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap.repository.git("config", "commit.gpgSign", "true")
    trap.repository.git("config", "user.signingKey", "0000")
    mine = tmp_path / "my-gpg"
    mine.write_text(
        f"#!/bin/sh\ntouch {tmp_path / 'signed'}\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n"
    )
    mine.chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[gpg]\nprogram = {mine}\n[gpg "openpgp"]\nprogram = {mine}\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    result = refactorkit.apply("logging-warn", "src")
    assert result.code == 0, result.err
    assert (tmp_path / "signed").exists()
    assert "BEGIN PGP SIGNATURE" in trap.repository.git("cat-file", "commit", BRANCH)
    assert trap.sung() == []


def test_a_filter_of_the_users_own_still_lays_files_out_for_verify(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text('[filter "case"]\nclean = tr A-Z a-z\nsmudge = tr a-z A-Z\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    repository.commit({"a.py": WARN, "data.txt": "text\n", ".gitattributes": "*.txt filter=case\n"})
    assert refactorkit.apply("logging-warn", ".", "--verify", "grep TEXT data.txt").code == 0
    repository.git("config", "filter.case.smudge", "cat")  # no say, as the user has one
    assert refactorkit.apply("logging-warn", ".", "--verify", "grep TEXT data.txt").code == 0


def test_what_the_repository_sets_is_overruled_by_the_user_or_by_nothing() -> None:
    listed = (
        b"system\0gpg.program\n/usr/bin/gpg\0local\0gpg.program\nevil\0local\0user.name\nx\0"
        b"worktree\0filter.a=b.clean\nevil\0local\0hook.x.command\nevil\0global\0filter.lfs.clean\ngit-lfs\0"
        b"local\0filter.lfs.clean\nevil\0local\0filter.only\0"
    )
    assert overruling(listed) == {
        "filter.a=b.clean": "",
        "filter.a=b.required": "false",
        "filter.lfs.clean": "git-lfs",
        "gpg.program": "/usr/bin/gpg",
        "hook.x.enabled": "false",
    }


def test_settings_of_the_environment_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    assert as_environment({"a.b": "c"}) == {
        "GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_2": "a.b", "GIT_CONFIG_VALUE_2": "c"
    }  # fmt: skip


@pytest.mark.parametrize(
    "url", ["ext::sh -c 'touch {mark} %S'", "file:///nowhere", "evil::x", "ssh://localhost/x"], ids=str.split
)
def test_a_missing_object_is_not_fetched_by_what_the_repository_names(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, url: str
) -> None:
    repository.commit({"src/a.py": WARN, "src/b.py": WARN + "b = 1\n"})
    mark = tmp_path / "mark"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    for key, value in {
        "core.repositoryFormatVersion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": url.format(mark=mark), "remote.origin.uploadpack": str(script),
        "core.sshCommand": str(script), "protocol.allow": "always", "protocol.ext.allow": "always",
    }.items():  # fmt: skip
        repository.git("config", key, value)
    oid = repository.git("rev-parse", "HEAD:src/a.py")
    (repository.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    result = refactorkit.apply("logging-warn", "src", "--dry-run")
    assert result.code == 2
    assert result.complaint == (
        "this partial clone lacks 1 file of the commit, such as src/a.py: "
        "run `git fetch --refetch --no-filter`, which gets all objects at once"
    )
    assert not mark.exists()


@pytest.mark.parametrize(
    "name", ["--output=x", "-c", "--help", "--", "-", "@{-1}", "HEAD", "refs/heads/..", "a..b"]
)
def test_names_are_no_options(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path, name: str
) -> None:
    files: dict[str, str | bytes] = {f"{name}/{name}.py": WARN} if "/" not in name else {"a.py": WARN}
    repository.commit(files)
    repository.commit({"b.txt": "x"})
    before = sorted(os.listdir(repository.path))
    assert refactorkit.apply("logging-warn", ".", "--output-format", "json").code == 0
    assert refactorkit.apply("logging-warn", f"./{name}/{name}.py", "--dry-run").code in (0, 2)
    for flag in ("--base", "--since", "--branch"):
        result = refactorkit.apply("logging-warn", ".", f"{flag}={name}")
        assert result.code == (0 if name == "HEAD" and flag != "--branch" else 2), (flag, result.out)
        assert result.code == 0 or result.complaint
    assert repository.branches() == ["main", BRANCH]
    assert sorted(os.listdir(repository.path)) == before


def test_a_ref_that_begins_with_a_dash_is_only_a_ref(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit({"a.py": WARN})
    repository.git("update-ref", "refs/heads/-x", base)
    repository.git("update-ref", "refs/heads/--exec=touch$IFS'evil'", base)
    assert refactorkit.apply("logging-warn", ".", "--verify", "true").code == 0
    for name in ("-x", "refs/heads/-x"):
        assert refactorkit.apply("logging-warn", ".", f"--base={name}").code == 0
    assert refactorkit.apply("logging-warn", ".", "--branch=-x").complaint.startswith(
        "--branch '-x' is no valid"
    )
    assert not (repository.path / "evil").exists()


def test_broken_configuration_of_the_repository_is_one_line(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN})
    config = repository.path / ".git" / "config"
    good = config.read_text()
    for text in ("[commit]\ngpgsign = perhaps\n", "[core\n", "[core]\nrepositoryFormatVersion = 9\n"):
        config.write_text(good + text)
        result = refactorkit.apply("logging-warn", ".")
        assert result.code == 2
        assert "internal error" not in result.complaint
    config.write_text(good)
    assert repository.branches() == ["main"]


def test_a_broken_git_folder_is_not_taken_for_the_repository_around_it(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a.py": WARN, "inner/b.py": WARN})
    (repository.path / "inner" / ".git").mkdir()
    monkeypatch.chdir(repository.path / "inner")
    for arguments in (["."], [".", "--in-place"]):
        result = refactorkit.apply("logging-warn", *arguments)
        assert result.code == 2, result.out
        assert "not a git repository" in result.complaint
    assert (repository.path / "a.py").read_text() == WARN
    assert (
        subprocess.run(
            ["git", "status", "--porcelain"], cwd=repository.path, capture_output=True, check=True
        ).stdout
        == b""
    )
