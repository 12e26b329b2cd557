"""http-url on releases that nobody prepared for it: it ends well, says what it did, and leaves valid Python."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.demo import subject_archive

pytestmark = pytest.mark.network

ANY_URL = ("-o", "lax=pydantic.AnyUrl")
RELEASES = {
    "prefect==3.0.0": (),  # an older shape of the same models, no formatter configured
    "mcp==1.12.0": ANY_URL,
    "fastapi==0.128.0": ANY_URL,
}
BUGS = {"does-not-parse", "line-moved", "unstable"}  # reasons whose documentation says: report it
# When the permissive type is foreign, no finding names the line after which the new alias is put.
KNOWN_BUGS = {"mcp==1.12.0": {"line-moved"}}


@pytest.mark.parametrize("release", RELEASES)
def test_it_ends_well_says_what_it_did_and_leaves_valid_python(release: str, tmp_path: Path) -> None:
    subjects.lay_out_repository(subject_archive(release), tmp_path)
    before = subjects.checkout_state(tmp_path)
    done = subjects.refactorkit(
        tmp_path, "apply", "http-url", ".", "--output-format", "json", *RELEASES[release]
    )
    assert done.returncode in (0, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert subjects.checkout_state(tmp_path) == before
    plan = json.loads(done.stdout)
    assert (done.returncode == 3) == bool(plan["failures"])
    check_ledger(plan, KNOWN_BUGS.get(release, set()))
    check_branch(tmp_path, plan)


def check_ledger(plan: dict[str, Any], known_bugs: set[str]) -> None:
    """Each finding is changed or has a reason, and no reason is a bug of ours that isn't known."""
    findings = plan["findings"]
    assert findings
    assert [f for f in findings if (f["status"] == "changed") == (f["reason"] is not None)] == []
    assert {f["reason"] for f in findings} & BUGS <= known_bugs


def check_branch(repository: Path, plan: dict[str, Any]) -> None:
    """The branch differs in the files that the plan names, and those parse; no change, no branch."""
    changed = {change["path"] for change in plan["changes"]}
    commit = plan["commit"]
    assert (commit is None) == (not changed)
    if commit is not None:
        differs = subjects.git(repository, "diff", "--name-only", "--no-renames", "HEAD", commit)
        assert set(differs.splitlines()) == changed
        for path in changed:
            if path.endswith(".py"):
                assert ast.parse(subjects.git_bytes(repository, "show", f"{commit}:{path}")).body
