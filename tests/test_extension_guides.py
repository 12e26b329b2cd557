"""The guides for authors of codemods are literally true."""

from __future__ import annotations

import inspect
import re
import runpy
import tomllib
from pathlib import Path

import pytest

from refactorkit import recipe
from refactorkit.scaffold import scaffold
from refactorkit.testing import assert_codemod
from repositories import CommandLine

GUIDES = Path(__file__).resolve().parent.parent / "docs" / "how-to"


def blocks(guide: str, language: str) -> list[str]:
    """The code of one language in a guide."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", (GUIDES / guide).read_text("utf-8"))


def test_the_recipe_of_the_guide_can_be_applied(tmp_path: Path) -> None:
    (tmp_path / "modernise.toml").write_text(blocks("recipes.md", "toml")[0])
    read = recipe.load(tmp_path / "modernise.toml")
    recipe.check(read, None)
    assert (read.ids, read.is_stacked) == (("http-url", "hoist-imports", "sync-wrapper"), True)


def test_the_tests_of_the_guide_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scaffold("logging-warn", tmp_path / "codemods")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guide.py").write_text(blocks("testing.md", "python")[0])
    names = runpy.run_path("guide.py")
    tests = [value for name, value in names.items() if name.startswith("test_") and callable(value)]
    assert len(tests) == 2
    assert [test() for test in tests] == [None, None]


def test_the_guide_names_every_argument_of_assert_codemod() -> None:
    table = re.findall(r"(?m)^\| `(\w+)` \|", (GUIDES / "testing.md").read_text("utf-8"))
    assert table == list(inspect.signature(assert_codemod).parameters)


def test_what_new_writes_is_what_the_guide_lists(tmp_path: Path, refactorkit: CommandLine) -> None:
    listed = {line.split()[0] for line in blocks("write-a-codemod.md", "")[1].splitlines()}
    written = {
        path.relative_to(tmp_path).as_posix() for path in scaffold("logging-warn", tmp_path / "codemods")
    }
    assert {name for name in written if not any(name.startswith(each) for each in listed)} == set()
    assert {name for name in listed if not any(path.startswith(name) for path in written)} == set()


@pytest.mark.parametrize("guide", ["recipes.md", "testing.md", "write-a-codemod.md"])
def test_the_settings_of_the_guides_are_valid(guide: str) -> None:
    assert [tomllib.loads(text) for text in blocks(guide, "toml")]
