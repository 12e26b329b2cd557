"""Strings that name what tests replace: the tests of a project pass before and after such strings were rewritten."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.analysis.import_hazards import replaced_names
from refactorkit.analysis.patch_strings import patch_strings

CASE = Path(__file__).parents[1] / "golden" / "hoist_imports" / "strings_that_tests_patch_name_the_new_place"


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_tests_of_the_project_pass(tmp_path: Path, side: str) -> None:
    shutil.copytree(CASE / side, tmp_path / "project")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"],
        cwd=tmp_path / "project", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_old_strings_would_miss_the_new_place(tmp_path: Path) -> None:
    shutil.copytree(CASE / "after", tmp_path / "project")
    shutil.copy(CASE / "before" / "tests" / "test_shop.py", tmp_path / "project" / "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests"],
        cwd=tmp_path / "project", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "3 failed" in done.stdout


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        ('patch("a.b")', ["a.b"]),
        ("mock.patch('a.b', new=1)", ["a.b"]),
        ('é = patch("a.ü")', ["a.ü"]),
        ('patch("a." "b")', []),
        ('patch(f"a.{b}")', []),
        ('patch(r"a.b")', []),
        ('patch("""a.b""")', []),
        ('patch("a\\x2eb")', []),
        ('found("a.b")', []),
    ],
)
def test_only_plain_strings_can_be_rewritten(code: str, targets: list[str]) -> None:
    found = patch_strings(code.encode()).found
    assert [string.target for string in found] == targets
    assert [code[string.start : string.end] for string in found] == targets


def test_patch_multiple_replaces_what_its_keywords_name() -> None:
    found = replaced_names(b'mock.patch.multiple("app.store", load=DEFAULT, save=DEFAULT)')
    assert {"app.store.load", "app.store.save"} <= set(found.strings)
