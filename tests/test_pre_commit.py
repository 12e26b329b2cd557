"""The hooks for pre-commit, run by a real pre-commit on a repository of somebody who uses them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from repositories import ROOT, Repository, copy_this_project

TYPES = "from typing import Annotated\n\nLaxUrl = Annotated[str, 'url']\n"
MODEL = (
    "from pydantic import BaseModel\n\nfrom types_ import LaxUrl\n\n\nclass In(BaseModel):\n    url: LaxUrl\n"
)
MANIFEST = ROOT / ".pre-commit-hooks.yaml"


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pre-commit ARGUMENTS`; the hooks find this refactorkit."""
    place = folder.parent / "bin"
    place.mkdir(exist_ok=True)
    program = place / "refactorkit"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m refactorkit "$@"\n'
    )
    program.chmod(0o755)
    variables = {**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT_HOME": str(folder.parent / "hooks-home")}  # fmt: skip
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def project(folder: Path, hooks: Repository, hook: str, more: str = "") -> Repository:
    """Somebody's project, with one hook of `hooks` on http-url, and an uncommitted model."""
    made = Repository.new(folder / "project")
    config = f"repos:\n- repo: {hooks.path}\n  rev: {hooks.git('rev-parse', 'HEAD')}\n  hooks:\n  - id: {hook}\n    args: [http-url, -o, role=input]\n{more}"  # fmt: skip
    made.commit({".pre-commit-config.yaml": config, "types_.py": TYPES, "quiet.py": "x = 1\n"})
    made.write({"models.py": MODEL})
    made.git("add", "-A")
    return made


@pytest.fixture
def hooks(tmp_path: Path, no_git_settings: None) -> Repository:
    """A repository with nothing but the hooks' manifest."""
    made = Repository.new(tmp_path / "hooks")
    made.commit({".pre-commit-hooks.yaml": MANIFEST.read_bytes()})
    return made


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    hooks = msgspec.yaml.decode(MANIFEST.read_bytes())
    assert [hook["id"] for hook in hooks] == ["refactorkit", "refactorkit-fix"]
    assert all(hook["require_serial"] for hook in hooks)


def test_the_checking_hook_shows_the_diff_and_writes_nothing(tmp_path: Path, hooks: Repository) -> None:
    mine = project(tmp_path, hooks, "refactorkit", "    language: system\n")
    done = pre_commit(mine.path, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "+    url: HttpUrl" in done.stdout
    assert "7  In.url" in done.stdout
    assert "\x1b[3" not in done.stdout
    assert mine.git("status", "--porcelain") == "A  models.py"
    mine.write({"models.py": "x = 2\n"})
    mine.git("add", "-A")
    assert pre_commit(mine.path, "run").returncode == 0


def test_the_fixing_hook_leaves_the_change_to_be_staged(tmp_path: Path, hooks: Repository) -> None:
    mine = project(tmp_path, hooks, "refactorkit-fix", "    language: system\n")
    done = pre_commit(mine.path, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert "    url: HttpUrl\n" in (mine.path / "models.py").read_text()
    assert mine.git("status", "--porcelain").split("\n") == ["AM models.py", "?? docs/"]
    mine.git("add", "-A")
    assert pre_commit(mine.path, "run").returncode == 0


def test_a_hook_without_a_codemod_says_what_is_missing(tmp_path: Path, hooks: Repository) -> None:
    mine = project(tmp_path, hooks, "refactorkit", "    language: system\n")
    config = mine.path / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("    args: [http-url, -o, role=input]\n", ""))
    mine.git("add", "-A")
    done = pre_commit(mine.path, "run")
    assert done.returncode == 1
    assert "refactorkit: there is no codemod 'name-the-codemods-in-args': there is " in done.stdout


@pytest.mark.network
def test_pre_commit_installs_the_hooks_from_the_project(tmp_path: Path, no_git_settings: None) -> None:
    hooks = Repository.new(tmp_path / "refactorkit")
    copy_this_project(hooks.path)
    hooks.commit({})
    mine = project(tmp_path, hooks, "refactorkit")
    done = pre_commit(mine.path, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "+    url: HttpUrl" in done.stdout
