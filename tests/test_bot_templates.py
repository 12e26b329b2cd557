"""The files to copy: held against their schemas, and against what the guide says about them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.campaign import BotTable, read_campaign
from repositories import ROOT

FOLDER = ROOT / "docs" / "how-to" / "bot"
WORKFLOW = FOLDER / ".github" / "workflows" / "refactorkit.yml"
GUIDE = (ROOT / "docs" / "how-to" / "bot.md").read_text("utf-8")


def checked(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    """What check-jsonschema says; its schemas come with it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-workflows", WORKFLOW), ("vendor.gitlab-ci", FOLDER / ".gitlab-ci.yml")],
)
def test_the_schedules_to_copy_keep_their_schemas(schema: str, path: Path, tmp_path: Path) -> None:
    done = checked(schema, path)
    assert done.returncode == 0, done.stdout
    broken = tmp_path / path.name
    broken.write_text(path.read_text("utf-8").replace("timeout", "time out"))
    assert checked(schema, broken).returncode == 1


def test_the_workflow_asks_for_no_more_than_it_needs() -> None:
    text = WORKFLOW.read_text("utf-8")
    permissions = text.partition("permissions:\n")[2].partition("\n\n")[0]
    assert re.findall(r"(?m)^  ([a-z-]+): (\w+)", permissions) == [
        ("contents", "write"), ("pull-requests", "write"), ("issues", "write"),
    ]  # fmt: skip
    assert "persist-credentials: false" in text


def test_the_campaign_to_copy_can_be_run() -> None:
    found = read_campaign(FOLDER / "campaign.toml")
    assert [target.url.rpartition("/")[2] for target in found.targets] == [
        "shop.git",
        "billing.git",
        "site.git",
    ]
    assert found.targets[1].options == {"http-url": {"stored": "keep"}}
    assert (found.max_new_per_hour, found.writes_per_minute, found.writes_per_hour) == (20, 80, 500)


def test_the_guide_names_every_key() -> None:
    keys = {name for name in BotTable.__struct_encode_fields__ if name != "repositories"}
    assert [
        key
        for key in sorted(keys)
        if f"`{key}`" not in GUIDE and f"`{key}." not in GUIDE and f"{key} = " not in GUIDE
    ] == []
