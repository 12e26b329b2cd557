"""`--debug` shows tracebacks and what each stage took; without it an error is one line, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refactorkit.transform import FEW
from repositories import CommandLine, Repository, spawn

BROKEN = '''"""Replace nothing.

Why: its author made mistakes.

Leaves alone: everything.
"""

from refactorkit.codemod import Codemod


class Broken(Codemod):
    mentions = (b"x",)

    @classmethod
    def reasons(cls):
        raise ZeroDivisionError("no reason\\nat all")

    def rewrite(self, source, facts, scope):
        raise LookupError("not here")

    def unused(self):
        raise KeyError("never called")
'''
TRACEBACK = "Traceback (most recent call last):\n"


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A settings file beside a codemod whose author made mistakes."""
    folder = tmp_path / "mods"
    folder.mkdir()
    (folder / "broken.py").write_text(BROKEN)
    (folder / "settings.toml").write_text('codemods-folder = "."\n')
    return str(folder / "settings.toml")


@pytest.mark.parametrize("files", [2, FEW])
def test_the_traceback_of_each_failed_file_shows_only_under_debug(
    repository: Repository, refactorkit: CommandLine, config: str, files: int
) -> None:
    repository.commit({f"m{n:02}.py": "x = 1\n" for n in range(files)})
    line = ("apply", "broken", ".", "--config", config, "--jobs", "2", "--dry-run", "--output-format", "json")
    plain = refactorkit(*line)
    assert (plain.code, plain.err) == (3, "")
    debugged = refactorkit(*line, "--debug")
    assert debugged.code == 3
    assert debugged.err.count(TRACEBACK) == files
    assert debugged.err.count("\nLookupError: not here\n") == files
    assert "refactorkit: debug: m01.py:\n" + TRACEBACK in debugged.err
    assert [f["error"] for f in debugged.document["failures"]] == ["LookupError: not here"] * files
    assert debugged.document["failures"] == plain.document["failures"]  # the result is the same
    assert refactorkit(*line).err == ""  # and nothing of it stays on


def test_debug_tells_what_each_stage_took(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": "import logging\nlogging.warn(1)\n"})
    result = refactorkit.apply("logging-warn", ".", "--debug", "--output-format", "json")
    assert re.fullmatch(
        r"refactorkit: debug: logging-warn: discover [\d.]+ s, survey [\d.]+ s, transform [\d.]+ s, verify [\d.]+ s,"
        r" total [\d.]+ s; files: 1 seen, 1 admitted, 1 parsed, 1 changed, 0 skipped, 0 failed\n",
        result.err,
    )
    assert result.document["files"]["changed"] == 1


def test_an_error_that_nobody_foresaw_is_one_line_that_says_how_to_report_it(config: str) -> None:
    plain = spawn("explain", "broken", "--config", config)
    assert (plain.code, plain.out) == (2, "")
    assert plain.complaint == (
        "internal error: ZeroDivisionError: no reason: run `refactorkit --debug ...` and report what that prints"
    )
    for debugged in (
        spawn("--debug", "explain", "broken", "--config", config),
        spawn("explain", "broken", "--config", config, REFACTORKIT_DEBUG="1"),
    ):
        assert (debugged.code, debugged.out) == (2, "")
        assert debugged.err.startswith(TRACEBACK)
        assert debugged.err.endswith(
            "refactorkit: internal error: ZeroDivisionError: report it with the traceback above\n"
        )


def test_an_internal_error_of_apply_is_one_line_and_writes_nothing(
    repository: Repository, refactorkit: CommandLine, config: str
) -> None:
    repository.commit({"a.py": "x = 1\n"})
    module = Path(config).with_name("broken.py")
    module.write_text(module.read_text().replace("def unused(self)", "def options(self)"))
    result = refactorkit("apply", "broken", ".", "--config", config)
    assert result.code == 2
    assert result.complaint.startswith("internal error: KeyError: 'never called': run `refactorkit --debug")
    assert refactorkit("apply", "broken", ".", "--config", config, "--debug").err.startswith(TRACEBACK)
    assert refactorkit("--debug", "apply", "broken", ".", "--config", config).err.startswith(TRACEBACK)
    assert repository.branches() == ["main"]


def test_a_local_codemod_that_is_no_python_is_one_line(refactorkit: CommandLine, config: str) -> None:
    Path(config).with_name("half.py").write_text("def half(:\n")
    listed = refactorkit("list", "--config", config)
    assert "http-url" in listed.out  # the others can still be used
    for result in (listed, refactorkit("explain", "half", "--config", config)):
        assert "half.py is not valid Python (invalid syntax): correct it" in result.complaint
    assert (listed.code, result.code) == (0, 2)
