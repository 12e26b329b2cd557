"""Every golden case holds, and the harness that says so notices when one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit import golden
from refactorkit.analysis import caller_reasons, import_verdicts
from refactorkit.analysis.url_verdicts import Reason
from refactorkit.model import Change
from refactorkit.verify import GateFailure, keeps_comments

ROOT = Path(__file__).parents[1]
CASES = golden.cases(ROOT / "golden")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.codemod}/{case.name}")
def test_golden_case_holds(case: golden.Case) -> None:
    assert "\n".join(golden.problems(case)) == ""


def test_every_folder_below_golden_is_a_case() -> None:
    folders = {f"{p.parent.name}/{p.name}" for p in (ROOT / "golden").glob("*/*") if p.is_dir()}
    assert folders == {f"{c.codemod.replace('-', '_')}/{c.name}" for c in CASES}


APP = "from pydantic import BaseModel\n\nLaxUrl = str\n\n\nclass A(BaseModel):\n    url: LaxUrl  # kept\n"
CHANGED = APP.replace("BaseModel\n\nL", "BaseModel, HttpUrl\n\nL").replace("url: LaxUrl", "url: HttpUrl")
OPTIONS = '[options]\nnote = ""\nrole = "input"\n'


def make_case(folder: Path, after: str | None, toml: str) -> golden.Case:
    """A case of http-url with one file."""
    (folder / "before").mkdir(parents=True)
    (folder / "before" / "app.py").write_text(APP)
    (folder / "case.toml").write_text(toml)
    if after is not None:
        (folder / "after").mkdir()
        (folder / "after" / "app.py").write_text(after)
    return golden.Case("http-url", folder.name, folder)


def test_a_case_with_the_right_after_holds(tmp_path: Path) -> None:
    assert list(golden.problems(make_case(tmp_path / "case", CHANGED, OPTIONS))) == []


@pytest.mark.parametrize(
    ("after", "toml", "complaint"),
    [
        (APP, OPTIONS, "+    url: HttpUrl"),
        (None, OPTIONS, "+    url: HttpUrl"),
        (None, '[options]\nnote = ""\n', "this refusal stands nowhere in case.toml"),
        (CHANGED, OPTIONS + '[[findings]]\nreason = "union"\n', "no finding with"),
        (CHANGED, OPTIONS + '[[findings]]\nline = 7\nstatus = "refused"\n', "no finding with"),
    ],
    ids=["wrong-after", "no-after", "unlisted-refusal", "missing-reason", "wrong-status"],
)
def test_a_case_that_does_not_hold_is_noticed(
    tmp_path: Path, after: str | None, toml: str, complaint: str
) -> None:
    assert complaint in "\n".join(golden.problems(make_case(tmp_path / "case", after, toml)))


def test_update_writes_what_the_codemod_does_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", APP, OPTIONS)
    assert golden.update(case)
    assert (case.folder / "after" / "app.py").read_text() == CHANGED
    assert not golden.update(case)
    assert list(golden.problems(case)) == []


def test_update_removes_an_after_that_no_longer_differs(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", CHANGED, '[options]\nnote = ""\ntodo-fields = false\nlax = []\n')
    assert golden.update(case)
    assert case.is_noop


def test_a_lost_comment_is_noticed() -> None:
    change = Change(path="app.py", before=APP.encode(), after=CHANGED.replace("  # kept", "").encode())
    with pytest.raises(GateFailure, match="# kept"):
        keeps_comments(change)


def test_a_comment_that_was_retired_on_purpose_is_not_lost() -> None:
    after = CHANGED.replace("  # kept", "").encode()
    change = Change(path="app.py", before=APP.encode(), after=after, retired=("# kept",))
    keeps_comments(change)
    assert change.after == after


def test_the_cases_cover_every_reason_code() -> None:
    listed = {f.get("reason") for case in CASES for f in case.settings.get("findings", ())}
    assert {str(reason) for reason in Reason} - listed - {"public-name"} == set()
    assert {str(reason) for reason in caller_reasons.Reason} - listed == set()
    assert {str(reason) for reason in import_verdicts.Reason} - listed == set()


def test_half_of_the_cases_leave_everything_alone() -> None:
    assert len(CASES) >= 60
    assert sum(case.is_noop for case in CASES) * 2 >= len(CASES)
