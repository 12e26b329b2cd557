"""The outputs of the action's run, from its SARIF file: `python outcome.py FILE`, for $GITHUB_OUTPUT."""

from __future__ import annotations

import json
import sys
from typing import Any


def outputs(log: dict[str, Any]) -> dict[str, str]:
    """How many sites would change, and whether there is anything that a comment is worth: a site or a failed file."""
    runs = log["runs"]
    results = [r for run in runs for r in run["results"] if not r.get("suppressions")]
    failed = any(not run["invocations"][0]["executionSuccessful"] for run in runs)
    changed = sum(run["properties"]["sites"]["changed"] for run in runs)
    return {"changed": str(changed), "worth-saying": "true" if results or failed else "false"}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        for name, value in outputs(json.load(file)).items():
            print(f"{name}={value}")
