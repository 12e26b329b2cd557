"""Real git repositories for tests, and the command line run in this process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "tests" / "sample_codemods" / "settings.toml"
WARN = "import logging\n\nlogging.warn('x')\n"
WARNING = "import logging\n\nlogging.warning('x')\n"
BRANCH = "refactorkit/logging-warn"
OWN = ("refs/heads/refactorkit", "logs/refs/heads/refactorkit", "objects")


class Repository:
    """A git repository in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def new(cls, path: Path, *arguments: str) -> Repository:
        """An empty repository with an identity."""
        made = cls(path)
        path.mkdir(parents=True, exist_ok=True)
        made.git("init", "-q", "-b", "main", *arguments, ".")
        made.git("config", "user.name", "Tester")
        made.git("config", "user.email", "tester@example.com")
        return made

    def git(self, *arguments: str, check: bool = True, **environment: str) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, capture_output=True, check=False, env={**os.environ, **environment}
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode(errors='replace')}")
        return os.fsdecode(done.stdout).rstrip("\n")

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files of the working tree."""
        for name, data in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, files: dict[str, str | bytes], message: str = "more") -> str:
        """Commit files; the commit's id."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branches(self) -> list[str]:
        """The names of all branches."""
        return self.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split("\n")

    def show(self, revision_and_path: str) -> bytes:
        """The bytes of a blob."""
        return subprocess.run(
            ["git", "cat-file", "blob", revision_and_path], cwd=self.path, capture_output=True, check=True
        ).stdout

    def state(self) -> dict[str, Any]:
        """Every file of the working tree and of .git, but for objects and refactorkit's own branches."""
        found: dict[str, Any] = {}
        for folder, folders, files in os.walk(self.path):
            for name in [*files, *folders]:
                path = Path(folder, name)
                inner = path.relative_to(self.path).as_posix().removeprefix(".git/")
                if inner.startswith(OWN) or inner in ("logs", "logs/refs", "logs/refs/heads"):
                    continue
                facts = path.lstat()
                data: Any = (
                    os.readlink(path)
                    if path.is_symlink()
                    else (path.read_bytes(), facts.st_mtime_ns)
                    if path.is_file()
                    else None
                )
                found[inner] = (facts.st_mode, data)
        return found


def copy_this_project(folder: Path) -> None:
    """What installing it takes, as git sees it, in another folder: links as links, no leftovers."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if not name.startswith(("golden/", "tests/")) and os.path.lexists(ROOT / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


class Result(Struct, frozen=True):
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """stdout as one JSON document a line."""
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def document(self) -> dict[str, Any]:
        """stdout as one JSON document."""
        (found,) = self.documents
        return found

    @property
    def complaint(self) -> str:
        """The error's one line, without the program's name."""
        assert self.err.startswith("refactorkit: "), self.err
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith("\n")
        return self.err[len("refactorkit: ") : -1]


class CommandLine:
    """`refactorkit` in this process, from the current folder."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Result:
        """Run a command line."""
        from refactorkit.cli.program import run

        self._capture.readouterr()
        code = run(list(arguments))
        sys.stdout.flush()
        out, err = self._capture.readouterr()
        return Result(code, out, err)

    def apply(self, codemods: str, *arguments: str) -> Result:
        """`apply` with the sample codemods."""
        return self("apply", codemods, *arguments, "--config", str(SAMPLES))

    def json(self, codemods: str, *arguments: str) -> dict[str, Any]:
        """The document of an `apply` that must succeed."""
        result = self.apply(codemods, *arguments, "--output-format", "json")
        assert result.code in (0, 3), result.err
        return result.document


def command(*arguments: str) -> list[str]:
    """`refactorkit` as another process."""
    return [sys.executable, "-m", "refactorkit", *arguments]


def environment(**more: str) -> dict[str, str]:
    """The environment of another process that finds this refactorkit."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more}


def spawn(*arguments: str, cwd: Path | None = None, **more: str) -> Result:
    """Run `refactorkit` as another process."""
    done = subprocess.run(
        command(*arguments), capture_output=True, cwd=cwd, env=environment(**more), check=False, timeout=120
    )
    return Result(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))
