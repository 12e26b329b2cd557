"""The forges' formats on Prefect 3.6.16: each holds its published schema, and its fixes make the branch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import subjects
from applied_fixes import fixed_by_rdjson, fixed_by_sarif
from published_schemas import complaints
from refactorkit.demo import subject_archive
from refactorkit.report.markdown import LIMIT

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect in a repository."""
    folder = tmp_path_factory.mktemp("prefect") / "repository"
    subjects.lay_out_repository(subject_archive("prefect"), folder)
    return folder


@pytest.mark.parametrize("codemod", ["http-url", "sync-wrapper", "narrow-except"])
def test_every_format_holds_what_the_plan_has(prefect: Path, tmp_path: Path, codemod: str) -> None:
    run = (
        ("apply", codemod, "src/prefect", "-o", "role=input")
        if codemod == "http-url"
        else ("apply", codemod, "src/prefect")
    )
    done = subjects.refactorkit(prefect, *run, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    reports = {}
    for output_format in ("sarif", "gitlab", "rdjson", "markdown", "github"):
        reports[output_format] = tmp_path / output_format
        done = subjects.refactorkit(
            prefect,
            *run,
            "--dry-run",
            "--output-format",
            output_format,
            "--output",
            str(reports[output_format]),
        )
        assert done.returncode == 0, done.stderr
    for output_format in ("sarif", "gitlab", "rdjson"):
        assert complaints(output_format, [reports[output_format]]) == ""

    listing = subjects.git(prefect, "diff", "--name-only", "-z", "HEAD", f"refactorkit/{codemod}")
    wanted = {
        path.encode(): subjects.git_bytes(prefect, "cat-file", "blob", f"refactorkit/{codemod}:{path}")
        for path in listing.split("\0")
        if path
    }
    assert len(wanted) == len(plan["changes"]) > 2

    def read(path: bytes) -> bytes | None:
        target = prefect / path.decode()
        return target.read_bytes() if target.exists() else None

    assert fixed_by_sarif(json.loads(reports["sarif"].read_bytes()), read) == wanted
    assert fixed_by_rdjson(json.loads(reports["rdjson"].read_bytes()), read) == wanted
    told = [
        f
        for f in plan["findings"]
        if f["status"] in ("changed", "suggested", "refused") or f["reason"] == "unused-ignore"
    ]
    issues = json.loads(reports["gitlab"].read_bytes())
    assert len(issues) == len({issue["fingerprint"] for issue in issues}) == len(told)
    assert len(reports["markdown"].read_text("utf-8")) < LIMIT
    assert len(reports["github"].read_text().splitlines()) == min(10, len(told)) + 1
