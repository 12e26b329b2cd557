"""The pytest plugin in real pytest runs: nothing happens unless folders are named, then each golden case is an item."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.scaffold import scaffold
from repositories import ROOT, environment

SHOWS_WHAT_IS_LOADED = """
import sys
def test_nothing_of_refactorkit_is_loaded_but_the_plugin():
    names = [n for n in sys.modules if n.partition(".")[0] in ("refactorkit", "libcst", "msgspec", "git", "typer")]
    assert sorted(names) == ["refactorkit", "refactorkit.pytest_plugin"]
"""
USES_A_CODEMOD = """
from refactorkit.testing import assert_codemod
def test_by_id():
    assert_codemod("fix-it", before="import logging\\nlogging.warn('x')\\n", after="import logging\\nlogging.warning('x')\\n")
"""
CONFIGURED = '[tool.pytest.ini_options]\nrefactorkit_codemods = ["codemods"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a new codemod and no configuration."""
    scaffold("fix-it", tmp_path / "codemods")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest in a folder, with refactorkit's plugin as it is installed, and no other."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "refactorkit.pytest_plugin",
        *arguments,
    ]
    variables = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_without_configuration_nothing_is_collected_and_nothing_is_loaded(project: Path) -> None:
    (project / "test_loaded.py").write_text(SHOWS_WHAT_IS_LOADED)
    done = run(project, "-q")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_each_golden_case_and_the_page_is_an_item(project: Path) -> None:
    (project / "pyproject.toml").write_text(CONFIGURED)
    (project / "test_mine.py").write_text(USES_A_CODEMOD)
    trap = project / "codemods/golden/fix_it/renames_the_call/before/test_of_the_case.py"
    trap.write_text("raise SystemExit('collected')\n")
    (project / "codemods/golden/fix_it/renames_the_call/after/test_of_the_case.py").write_text(
        trap.read_text()
    )
    done = run(project, "-v")
    assert done.returncode == 0, done.stdout
    for item in (
        "codemods/fix_it.py::renames_the_call PASSED",
        "codemods/fix_it.py::leaves_what_looks_like_it PASSED",
        "codemods/fix_it.py::docs/fix-it.md PASSED",
        "test_mine.py::test_by_id PASSED",
    ):
        assert item in done.stdout
    assert "4 passed" in done.stdout


def test_a_case_that_fails_is_shown_as_its_diff(project: Path) -> None:
    after = project / "codemods/golden/fix_it/renames_the_call/after/app.py"
    after.write_text(after.read_text().replace("warning", "critical"))
    (project / "codemods/docs/fix-it.md").write_text("old\n")
    done = run(project, "--refactorkit-codemods", "codemods", "codemods/fix_it.py")
    assert done.returncode == 1
    assert '-log.critical("%s", 1)  # why\n+log.warning("%s", 1)  # why\n' in done.stdout
    assert "fix-it.md is not current: run `refactorkit test" in done.stdout
    assert "Traceback" not in done.stdout
    assert "2 failed, 1 passed" in done.stdout


def test_a_codemod_that_cannot_be_imported_is_one_line(project: Path) -> None:
    (project / "codemods/fix_it.py").write_text("import nothing_of_this_name\n")
    (project / "codemods/docs/fix-it.md").unlink()
    done = run(project, "-q", "--refactorkit-codemods", "codemods", "codemods")
    assert done.returncode == 1
    assert "fix_it.py can't be imported: ModuleNotFoundError" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_folder_that_is_not_there_is_one_line(project: Path) -> None:
    done = run(project, "--refactorkit-codemods", "nowhere")
    assert done.returncode == 4
    assert "refactorkit_codemods: there is no folder" in done.stderr


def test_the_plugin_is_declared(pytestconfig: pytest.Config) -> None:
    assert 'refactorkit = "refactorkit.pytest_plugin"' in (ROOT / "pyproject.toml").read_text()
    assert pytestconfig.pluginmanager.has_plugin("refactorkit")
