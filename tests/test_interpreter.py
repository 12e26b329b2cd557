"""Which interpreter the target's code is run with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from refactorkit.config import ConfigError
from refactorkit.interpreter import find_python, version_of


def environment(folder: Path) -> Path:
    """A virtual environment's interpreter, as a link."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_projects_own_environment_comes_before_the_active_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    root = tmp_path / "project"
    root.mkdir()
    assert find_python(None, root) == active
    assert find_python(None, root).is_symlink()
    own = environment(root / ".venv")
    assert find_python(None, root) == own


def test_without_an_environment_it_is_python3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    program = tmp_path / "bin" / "python3"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert find_python(None, tmp_path) == program


def test_the_one_given_is_taken_by_path_or_by_name(tmp_path: Path) -> None:
    environment(tmp_path / "env")
    assert find_python(Path("env/bin/python"), tmp_path) == tmp_path / "env/bin/python"
    assert find_python(Path(sys.executable), tmp_path) == Path(sys.executable)
    with pytest.raises(ConfigError, match="--python nothing/here is no program"):
        find_python(Path("nothing/here"), tmp_path)


def test_the_version_is_asked_of_the_interpreter(tmp_path: Path) -> None:
    assert version_of(Path(sys.executable)) == ".".join(map(str, sys.version_info[:3]))
    assert version_of(tmp_path / "none") == ""
