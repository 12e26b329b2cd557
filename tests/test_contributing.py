"""CONTRIBUTING.md is literally true: its codemod works as it stands there, with the cases that it describes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import house_rules
from refactorkit import catalogue, golden

GUIDE = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text("utf-8")
CODE = GUIDE.partition("```python\n")[2].partition("```")[0]
CASES = {
    "renames_the_call/before/app.py": 'import logging as log\n\nlog.warn("%s", 1)  # why\n',
    "renames_the_call/after/app.py": 'import logging as log\n\nlog.warning("%s", 1)  # why\n',
    "leaves_another_warn_alone/before/app.py": 'import warnings\n\nwarnings.warn("x")\n',
    "leaves_a_bare_name_alone/before/app.py": 'from logging import warn\n\nwarn("x")\n',
    "leaves_a_bare_name_alone/case.toml": GUIDE.partition("```toml\n")[2].partition("```")[0],
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the guide's codemod and its golden cases."""
    files = {f"golden/logging_warn/{path}": text for path, text in CASES.items()}
    for path, text in {"codemods/logging_warn.py": CODE, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path / "codemods"))
    return tmp_path


def test_the_codemod_of_the_guide_passes_its_cases(project: Path) -> None:
    cases = golden.cases(project / "golden", "logging-warn")
    assert len(cases) == 3
    assert {c.name: list(golden.problems(c, project / "codemods")) for c in cases} == {
        c.name: [] for c in cases
    }


def test_the_codemod_of_the_guide_keeps_the_house_rules() -> None:
    rules = (house_rules.unexplained_codemod, house_rules.undocumented, house_rules.unexplained_reasons)
    assert [rule(CODE) for rule in rules] == [[], [], []]
    assert ast.parse(CODE).body


def test_the_guide_lists_the_cases_that_it_speaks_of() -> None:
    assert [path for path in CASES if f"golden/logging_warn/{path}\n" not in GUIDE] == []


def test_the_catalogue_reads_the_guides_codemod(project: Path) -> None:
    listed = catalogue.listed("logging-warn", project / "codemods")
    assert listed.summary == "Replace `logging.warn` with `logging.warning`."
    assert [reason.code for reason in catalogue.reasons("logging-warn", project / "codemods")] == [
        "imported-by-name"
    ]
