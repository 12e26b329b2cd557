"""`--verify-behaviour` on Prefect 3.6.16: every pair that is collapsed does the same, run by its own interpreter."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.demo import subject_archive
from test_prefect import REQUIREMENTS

pytestmark = pytest.mark.network

FEWEST = 20
"""So many pairs at least are driven: a run that drives none would be equal as well."""


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, subject_cache: Path) -> dict[str, Any]:
    """The plan of a dry run with the harness, as JSON."""
    root = tmp_path_factory.mktemp("prefect")
    for path, data in subject_archive("prefect").items():
        if path.startswith("src/") or path == "pyproject.toml":
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
    python = subjects.runtime(subject_cache, "prefect-venv", REQUIREMENTS, "import prefect.server.api.server")
    done = subjects.refactorkit(
        root, "apply", "sync-wrapper", "src", "--in-place", "--dry-run", "--level", "observed",
        "--verify-behaviour", "--python", str(python), "--output-format", "json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert isinstance(plan, dict)
    return plan


def test_every_collapsed_pair_runs_equal_on_every_line(run: dict[str, Any]) -> None:
    pairs = [f for f in run["findings"] if f["status"] == "changed" and "relation" in f["evidence"]]
    for finding in pairs:
        said = finding["evidence"].get("behaviour", {})
        print(
            f"{finding['path']}:{finding['line']} {finding['evidence']['pair'][0]}",
            f"{finding['evidence']['relation']} {said.get('result')} in {said.get('cases')} cases",
        )
    assert Counter(f["evidence"]["behaviour"]["result"] for f in pairs) == {"equal": len(pairs)}
    assert len(pairs) >= FEWEST
    assert min(f["evidence"]["behaviour"]["cases"] for f in pairs) >= 20


def test_what_differs_is_left_out_and_says_in_which_case(run: dict[str, Any]) -> None:
    for finding in run["findings"]:
        if finding["reason"] == "behaviour-differs":
            said = finding["evidence"]["behaviour"]
            print(f"{finding['path']}:{finding['line']} {finding['evidence']['pair'][0]}: {said['case']}")
            assert said["before"] != said["after"]
    gates = [gate for gate in run["verification"] if gate["gate"] == "behaviour"]
    assert gates[-1]["ok"] is True
    assert gates[-1]["detail"].endswith(" equal")
