"""Every golden case holds, and the harness that says so notices when one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit import golden

ROOT = Path(__file__).parents[1]
CASES = golden.cases(ROOT / "golden")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.codemod}/{case.name}")
def test_golden_case_holds(case: golden.Case) -> None:
    assert "\n".join(golden.problems(case)) == ""


def test_every_folder_below_golden_is_a_case() -> None:
    folders = {f"{p.parent.name}/{p.name}" for p in (ROOT / "golden").glob("*/*") if p.is_dir()}
    assert folders == {f"{c.codemod.replace('-', '_')}/{c.name}" for c in CASES}
