"""The files that the how-to pages give to copy: valid, in step with what is shipped, and run where that is possible."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from published_schemas import check_jsonschema, complaints
from repositories import ROOT, Repository

HOW_TO = ROOT / "docs" / "how-to"
FILES = {
    ".github/workflows/refactorkit.yml": ("github-actions", "vendor.github-workflows"),
    ".gitlab-ci.yml": ("gitlab-ci", "vendor.gitlab-ci"),
    ".pre-commit-config.yaml": ("pre-commit", None),
}


def given(name: str) -> str:
    """The file of that name on its page."""
    text = (HOW_TO / f"{FILES[name][0]}.md").read_text("utf-8")
    (found,) = re.findall(rf"```yaml\n# {re.escape(name)}\n(.*?)```", text, re.DOTALL)
    return str(found)


def document(name: str) -> Any:
    return msgspec.yaml.decode(given(name))


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_valid(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(given(name))
    schema = FILES[name][1]
    if schema is not None:
        check_jsonschema("--builtin-schema", schema, tmp_path / "file.yml")
        return
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(tmp_path / "file.yml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_workflow_gives_the_action_what_it_takes() -> None:
    action = msgspec.yaml.decode((ROOT / "action.yml").read_bytes())
    workflow = document(".github/workflows/refactorkit.yml")
    (job,) = workflow["jobs"].values()
    step = job["steps"][-1]
    assert step["uses"].startswith("OWNER/refactorkit@")
    assert step["with"].keys() <= action["inputs"].keys()
    assert workflow["permissions"] == {
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    page = (HOW_TO / "github-actions.md").read_text("utf-8")
    assert [name for name in (*action["inputs"], *action["outputs"]) if f"`{name}`" not in page] == []


def test_the_hooks_on_the_page_are_those_that_are_shipped() -> None:
    shipped = [hook["id"] for hook in msgspec.yaml.decode((ROOT / ".pre-commit-hooks.yaml").read_bytes())]
    page = (HOW_TO / "pre-commit.md").read_text("utf-8")
    assert re.findall(r"(?m)^\| `([\w-]+)` \|", page) == shipped
    (used,) = document(".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert used["id"] in shipped


def test_the_gitlab_job_does_what_the_page_says(tmp_path: Path, repository: Repository) -> None:
    model = "from pydantic import BaseModel\n\nLaxUrl = str\n\n\nclass In(BaseModel):\n    url: LaxUrl\n"
    base = repository.commit({"src/app.py": model, "src/bad.py": "LaxUrl("})
    repository.commit({"src/app.py": model + "    other: LaxUrl\n", "src/bad.py": "LaxUrl(\n"})
    job = document(".gitlab-ci.yml")["refactorkit"]
    program = tmp_path / "bin" / "refactorkit"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m refactorkit "$@"\n'
    )
    program.chmod(0o755)
    variables = {**os.environ, **job["variables"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "PATH": f"{program.parent}:{os.environ['PATH']}"}  # fmt: skip
    codes = []
    for line in job["script"]:
        done = subprocess.run(
            ["bash", "-c", line], cwd=repository.path, env=variables, capture_output=True, check=False
        )
        codes.append(done.returncode)
        assert done.stdout == b"", done.stderr
    assert set(codes) == {job["allow_failure"]["exit_codes"]}
    report = repository.path / job["artifacts"]["reports"]["codequality"]
    assert complaints("gitlab", [report]) == ""
    found = msgspec.json.decode(report.read_bytes())
    assert ("src/bad.py", "major") in {(i["location"]["path"], i["severity"]) for i in found}
    assert 8 in {issue["location"]["lines"]["begin"] for issue in found}
    assert 7 not in {issue["location"]["lines"]["begin"] for issue in found}
    assert all(
        (repository.path / path).read_text().startswith("<!-- refactorkit")
        for path in job["artifacts"]["paths"]
    )


@pytest.mark.parametrize("page", ["github-actions", "gitlab-ci", "pre-commit", "output-formats"])
def test_links_of_the_pages_lead_somewhere(page: str) -> None:
    text = (HOW_TO / f"{page}.md").read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (HOW_TO / link).exists()] == []


def test_every_format_is_on_the_page_and_in_the_help() -> None:
    from refactorkit.cli.apply import OutputFormat

    page = (HOW_TO / "output-formats.md").read_text("utf-8")
    named = re.findall(r"(?m)^\| `(\w+)` \|", page)
    assert set(named) <= set(OutputFormat)
    assert {"sarif", "github", "gitlab", "rdjson", "markdown"} <= set(named)
