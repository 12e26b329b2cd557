"""The type checker that is asked about receivers: a real one, in its pinned version."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from caller_projects import LIBRARY, applied
from refactorkit import type_oracle
from refactorkit.analysis.callers import migrations
from refactorkit.analysis.pairs import file_pairs
from refactorkit.analysis.type_questions import Position
from refactorkit.callers import rewrite_callers
from refactorkit.config import ConfigError
from refactorkit.model import Change, Finding, Level, Source, Status

MAIN = """from library import Block


async def f(x, flag):
    for block in [Block()]:
        "äö𝔸"; await block.save()
    await x.save()
    await x.sub.save()
"""
DISPATCH = (
    "def async_dispatch(twin):\n    def decorate(function):\n        return function\n    return decorate\n"
)


def project(main: str = MAIN) -> dict[str, Source]:
    """The library, its dispatcher, and a module that uses them."""
    files = {"dispatch.py": DISPATCH, "library.py": LIBRARY, "main.py": main}
    return {path: Source(path=path, data=text.encode()) for path, text in files.items()}


def ask(sources: dict[str, Source]) -> tuple[str, list[Finding]]:
    """The main module after a migration that may ask, and its findings."""
    pairs = file_pairs("library.py", sources["library.py"].data, ["async_dispatch"]).pairs
    found = migrations(sources, pairs, applied, ["async_dispatch"], oracle=type_oracle.oracle("ty"))[
        "main.py"
    ]
    outcome = rewrite_callers(sources["main.py"], found)
    after = outcome.after if isinstance(outcome, Change) and outcome.after else sources["main.py"].data
    return after.decode(), list(found.findings)


def test_what_source_does_not_tell_is_asked_and_counts_as_observed() -> None:
    after, findings = ask(project())
    assert after == MAIN.replace("block.save", "block.asave")
    assert [(f.status, f.level, f.reason) for f in findings] == [
        (Status.CHANGED, Level.OBSERVED, None),
        (Status.REFUSED, Level.BOUNDARY, "unresolved-receiver"),
        (Status.REFUSED, Level.BOUNDARY, "unresolved-receiver"),
    ]


def test_an_override_of_one_half_stops_what_the_oracle_found() -> None:
    main = MAIN + "\n\nclass Mine(Block):\n    async def asave(self): ...\n"
    after, findings = ask(project(main))
    assert after == main
    assert findings[0].reason == "overridden-half"


def test_a_definition_outside_of_the_project_is_no_answer() -> None:
    sources = project("import json\njson.dumps\nunknown_name\n")
    places = [Position("main.py", 2, 5), Position("main.py", 3, 0)]
    assert type_oracle.oracle("ty")(sources, places) == [None, None]


def test_no_question_starts_no_process() -> None:
    assert type_oracle.oracle("ty")({}, []) == []


def test_what_is_not_answered_in_time_is_unknown_and_nothing_is_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "ty"
    silent.write_text(
        f"#!{sys.executable}\nimport sys, time\nif sys.argv[1] == '--version':\n    print('ty {type_oracle.PINNED['ty']}')\nelse:\n    time.sleep(600)\n"
    )
    silent.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(type_oracle, "PATIENCE", 0.5)
    before = set(psutil.Process().children(recursive=True))
    answers = type_oracle.oracle("ty")(project(), [Position("main.py", 6, 4)])
    assert answers == [None]
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_server_that_dies_or_talks_nonsense_answers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for says in (
        "",
        "print('Content-Length: 4\\\\r\\\\n\\\\r\\\\nnope', flush=True)",
        "print('Content-Length: x')",
    ):
        broken = tmp_path / "ty"
        version = type_oracle.PINNED["ty"]
        broken.write_text(
            f"#!{Path('/usr/bin/env')} python3\nimport sys\nif sys.argv[1] == '--version':\n    print('ty {version}')\nelse:\n    {says or 'pass'}\n"
        )
        broken.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        assert type_oracle.oracle("ty")(project(), [Position("main.py", 6, 4)]) == [None]


def test_a_tool_that_is_missing_or_of_another_version_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=r"install refactorkit\[oracle\]"):
        type_oracle.oracle("ty")
    other = tmp_path / "ty"
    other.write_text("#!/bin/sh\necho ty 0.0.1\n")
    other.chmod(0o755)
    with pytest.raises(ConfigError, match=r"isn't ty .*: install refactorkit\[oracle\]"):
        type_oracle.oracle("ty")
