"""What was laid out once isn't laid out again, and not one thing that decides about it is forgotten."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
import ruff.__main__  # type: ignore[import-untyped]

from refactorkit.cache import Cache
from refactorkit.formatting import format_changes, tools
from refactorkit.formatting.settings import Choice
from refactorkit.model import Change

RUFF = b"[tool.ruff]\nline-length = 100\n[tool.ruff.format]\n"
SORTING = RUFF + b'[tool.ruff.lint]\nselect = ["I"]\n'


def change(path: str, before: str, after: str) -> Change:
    return Change(path=path, before=before.encode(), after=after.encode(), findings=())


def without_ruff(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise FileNotFoundError("ruff is gone")

    monkeypatch.setattr(ruff.__main__, "find_ruff_bin", missing)


def test_the_same_change_needs_no_tool_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [change("a.py", "x = 1\n", "x = f( 1 )\n"), change("b.py", "y = 1\n", "y = 1\n")]
    first = format_changes(changes, {"pyproject.toml": RUFF}, cache=Cache(tmp_path))
    without_ruff(monkeypatch)
    second = format_changes(changes, {"pyproject.toml": RUFF}, cache=Cache(tmp_path))
    assert first.changes[0].after == b"x = f(1)\n"
    assert second == first


def test_only_the_changes_that_are_new_are_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = change("a.py", "x = 1\n", "x = f( 1 )\n"), change("b.py", "y = 1\n", "y = f( 1 )\n")
    format_changes([old], {"pyproject.toml": RUFF}, cache=Cache(tmp_path))
    without_ruff(monkeypatch)
    made = format_changes([old, new], {"pyproject.toml": RUFF}, cache=Cache(tmp_path))
    assert [c.after for c in made.changes] == [b"x = f(1)\n", b"y = f( 1 )\n"]
    assert "b.py left as written: ruff format could not be run" in made.verification.detail
    assert not made.is_lasting


@pytest.mark.parametrize(
    ("config", "path", "before", "after"),
    [
        (RUFF.replace(b"100", b"20"), "a.py", "x = 1\n", "x = f( 1, 22222222, 333333 )\n"),
        (RUFF, "a.pyi", "x = 1\n", "x = f( 1, 22222222, 333333 )\n"),
        (RUFF, "a.py", "x  = 1\n", "x = f( 1, 22222222, 333333 )\n"),
        (RUFF, "a.py", "x = 1\n", "x = f( 1, 22222222, 333334 )\n"),
    ],
    ids=["the configuration", "the path", "the version before", "the version after"],
)
def test_another_input_is_laid_out_anew(
    tmp_path: Path, config: bytes, path: str, before: str, after: str
) -> None:
    first = change("a.py", "x = 1\n", "x = f( 1, 22222222, 333333 )\n")
    format_changes([first], {"pyproject.toml": RUFF}, cache=Cache(tmp_path))
    other = change(path, before, after)
    warm = format_changes([other], {"pyproject.toml": config}, cache=Cache(tmp_path))
    assert warm == format_changes([other], {"pyproject.toml": config})


def test_imports_are_sorted_anew_when_a_module_becomes_the_targets_own(tmp_path: Path) -> None:
    before = "import os\n\nimport requests\n"
    after = "import os\n\nimport requests\nimport mine\n"
    one = change("app/a.py", before, after)
    foreign = format_changes([one], {"pyproject.toml": SORTING}, ("app",), Cache(tmp_path))
    own = format_changes([one], {"pyproject.toml": SORTING}, ("app", "mine"), Cache(tmp_path))
    assert (
        own.changes[0].after
        == format_changes([one], {"pyproject.toml": SORTING}, ("app", "mine")).changes[0].after
    )
    assert own.changes[0].after != foreign.changes[0].after


def test_imports_are_sorted_anew_when_what_is_imported_changes_beside(tmp_path: Path) -> None:
    before = "import os\n\nimport requests\n"
    one = change("a.py", before, "import os\n\nimport requests\nimport script\n")
    beside = change("script.py", "x = 1\n", "x = 2\n")
    config = {"pyproject.toml": SORTING}
    format_changes([one], config, (), Cache(tmp_path))
    kept = format_changes([one, beside], config, (), Cache(tmp_path))
    assert kept.changes == format_changes([one, beside], config, ()).changes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the tool of this test forks")
def test_a_tool_that_takes_too_long_is_ended_with_the_workers_that_hold_its_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forks = "import os, time; os.fork(); time.sleep(60)"
    monkeypatch.setattr(tools, "PATIENCE", 1.0)
    monkeypatch.setattr(tools, "_command", lambda choice: [sys.executable, "-c", forks])
    start = time.monotonic()
    laid = tools.lay_out(Choice("black", "pyproject.toml"), {}, {"app.py": b"x = 1\n"}, {})
    assert laid.failure is not None
    assert "timed out" in laid.failure
    assert time.monotonic() - start < 30
