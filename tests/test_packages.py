"""http-url on releases that nobody prepared for it: it ends well, says what it did, and leaves valid Python."""

from __future__ import annotations

import ast
import json
import subprocess
from dataclasses import dataclass
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
KNOWN_BUGS = {
    "mcp==1.12.0": "a new import that is sorted away from the lines of its finding is dropped: line-moved"
}


@dataclass(frozen=True)
class Applied:
    """A release as a repository after one run."""

    release: str
    repository: Path
    before: dict[str, str]
    done: subprocess.CompletedProcess[str]

    @property
    def plan(self) -> dict[str, Any]:
        """What the run said."""
        plan: dict[str, Any] = json.loads(self.done.stdout)
        return plan


@pytest.fixture(scope="session", params=RELEASES)
def applied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Applied:
    """One run of http-url on all of the release."""
    release: str = request.param
    repository = tmp_path_factory.mktemp("release")
    subjects.lay_out_repository(subject_archive(release), repository)
    before = subjects.checkout_state(repository)
    arguments = ("apply", "http-url", ".", "--output-format", "json", *RELEASES[release])
    return Applied(release, repository, before, subjects.refactorkit(repository, *arguments))


def test_it_ends_well_and_leaves_the_checkout_alone(applied: Applied) -> None:
    assert applied.done.returncode in (0, 3), applied.done.stderr
    assert "Traceback" not in applied.done.stderr
    assert (applied.done.returncode == 3) == bool(applied.plan["failures"])
    assert subjects.checkout_state(applied.repository) == applied.before


def test_every_site_is_changed_or_has_a_reason(applied: Applied) -> None:
    findings = applied.plan["findings"]
    assert findings
    assert [f for f in findings if (f["status"] == "changed") == (f["reason"] is not None)] == []


def test_what_it_changed_parses_and_was_named(applied: Applied) -> None:
    changed = {change["path"] for change in applied.plan["changes"]}
    commit = applied.plan["commit"]
    assert (commit is None) == (not changed)
    if commit is not None:
        differs = subjects.git(applied.repository, "diff", "--name-only", "--no-renames", "HEAD", commit)
        assert set(differs.splitlines()) == changed
        for path in changed:
            if path.endswith(".py"):
                assert ast.parse(subjects.git_bytes(applied.repository, "show", f"{commit}:{path}")).body


def test_no_change_is_dropped_for_a_bug_of_ours(applied: Applied, request: pytest.FixtureRequest) -> None:
    if applied.release in KNOWN_BUGS:
        request.applymarker(pytest.mark.xfail(reason=KNOWN_BUGS[applied.release], strict=False))
    assert [f for f in applied.plan["findings"] if f["reason"] in BUGS] == []
