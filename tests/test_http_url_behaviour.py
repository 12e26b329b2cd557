"""Generated applications behave after http-url as they did before, but for what the migration note announces."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generated_apps import GOOD, ODD, PROBE, App, make_app
from refactorkit import catalogue
from refactorkit.config import Config
from refactorkit.discover import discover
from refactorkit.golden import tree, tree_after
from refactorkit.model import Plan
from refactorkit.pipeline import plan
from refactorkit.workspace.disk import DiskWorkspace

FIRST = int(os.environ.get("HTTP_URL_SEED", "0"))
"""HTTP_URL_SEED=100 HTTP_URL_SEEDS=300 runs others, and more of them."""
SEEDS = range(FIRST, FIRST + int(os.environ.get("HTTP_URL_SEEDS", "6")))


def write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def observed(root: Path, app: App) -> dict[str, dict[str, dict[str, Any]]]:
    """What becomes of each text in each model, in a process of its own."""
    fields = {}
    for name, _, _, _ in app.models:
        fields[name] = list(inherited(app, name))
    question = {
        "root": str(root),
        "models": app.models,
        "texts": [*GOOD, *ODD],
        "fields": fields,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], input=json.dumps(question), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def inherited(app: App, name: str) -> list[tuple[str, str]]:
    """The fields of a model with their shapes, those of its bases included."""
    by_name = {model: (field, shape) for model, field, shape, _ in app.models}
    base = re.search(rf"class {name}\((\w+)\)", app.files["app/models.py"])
    above = inherited(app, base.group(1)) if base and base.group(1) in by_name else []
    return [*above, by_name[name]]


def refactored(root: Path, role: str) -> tuple[Plan, dict[str, bytes]]:
    codemod = catalogue.create("http-url", {"note": "", "role": role})
    found = discover(DiskWorkspace(root), (str(root),))
    made = plan(codemod, found, Config())
    return made, tree_after(tree(root), made)


def texts(value: Any) -> list[str]:
    """All strings in a dump, below its first level of keys."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return [] if value is None else [value]


def roles(made: Plan) -> dict[str, str]:
    """The role of each changed field, by model and name."""
    return {
        f.evidence["field"]: f.evidence["role"]
        for f in made.findings
        if f.status == "changed" and "field" in f.evidence
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_generated_application_keeps_its_behaviour(tmp_path: Path, seed: int) -> None:
    app, policy = make_app(seed // 3), ("refuse", "input", "stored")[seed % 3]
    write(tmp_path / "before", {path: text.encode() for path, text in app.files.items()})
    made, after = refactored(tmp_path / "before", policy)
    assert not made.failures
    assert not [gate for gate in made.verification if gate.ok is False], made.verification
    assert not [f for f in made.findings if f.evidence.get("gate")]
    write(tmp_path / "after", after)
    old, new = observed(tmp_path / "before", app), observed(tmp_path / "after", app)
    changed = roles(made)
    for name, field, _, _ in app.models:
        role = changed.get(f"{name}.{field}")
        assert role or f"{name}.{field}" in {f.evidence.get("field") for f in made.findings}, "no verdict"
        for text in (*GOOD, *ODD):
            was, now = old[name][text], new[name][text]
            if "rejected" in was:
                continue
            if text in ODD and role == "input" and not text.strip().startswith("https://"):
                assert now == {"rejected": True}, (name, text)
                continue
            assert "rejected" not in now, (name, text, role)
            assert now["plain"] or not was["plain"] or "model_dump()" not in app.files["app/uses.py"], (
                name,
                text,
            )
            assert now.get("use") == was.get("use"), (name, text, role)
            if text in ODD and not text.strip().startswith("https://"):
                stored = {value.strip() for value in texts(now["json"])}
                assert text.strip() in stored, (name, text, role)
