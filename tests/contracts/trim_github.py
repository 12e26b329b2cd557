"""Makes github.json from GitHub's own description of its API: `python trim_github.py .../api.github.com.json`.

The description is in the npm package @octokit/openapi (see package.json here). What is kept are the operations that the
bot uses, with all they refer to. Two things are made stricter and one wider: request bodies may hold no unknown fields,
examples go (some break their own schemas), and each operation may answer with any error, which the description leaves out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

OPERATIONS = {
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/pulls/{pull_number}": ("patch",),
    "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": ("post",),
    "/repos/{owner}/{repo}/issues": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}": ("get", "patch"),
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/milestones": ("get",),
}
DROPPED = (
    "examples",
    "example",
    "x-github",
    "x-multi-segment",
    "externalDocs",
    "description",
    "summary",
    "tags",
)
ERROR = {
    "description": "Any error",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"message": {"type": "string"}, "documentation_url": {"type": "string"}},
                "required": ["message"],
            }
        }
    },
}


def trimmed(whole: dict[str, Any]) -> dict[str, Any]:
    """The part of the description that the bot uses."""
    paths = {}
    for path, methods in OPERATIONS.items():
        paths[path] = {method: _operation(whole["paths"][path][method]) for method in methods}
    kept: dict[str, dict[str, Any]] = {}
    _collect(paths, whole, kept)
    return {
        "openapi": whole["openapi"],
        "info": {"title": "GitHub, as far as the bot uses it", "version": whole["info"]["version"]},
        "servers": whole["servers"],
        "paths": paths,
        "components": kept,
    }


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _plain(operation)
    for content in found.get("requestBody", {}).get("content", {}).values():
        content["schema"]["additionalProperties"] = False
    for number, response in found["responses"].items():
        response.setdefault("description", number)  # the specification asks for one
    found["responses"]["default"] = ERROR
    return found


def _plain(value: Any, is_names: bool = False) -> Any:
    """The value without what says nothing; `is_names` tells that its keys are names of properties."""
    if isinstance(value, dict):
        return {
            key: _plain(item, key == "properties" and not is_names)
            for key, item in value.items()
            if is_names or key not in DROPPED
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _collect(value: Any, whole: dict[str, Any], kept: dict[str, dict[str, Any]]) -> None:
    """Add what a value refers to, and what that refers to."""
    if isinstance(value, list):
        for item in value:
            _collect(item, whole, kept)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            _, _, kind, name = reference.split("/")
            if name not in kept.setdefault(kind, {}):
                kept[kind][name] = found = _plain(whole["components"][kind][name])
                if kind == "responses":
                    found.setdefault("description", name)
                _collect(found, whole, kept)
        for item in value.values():
            _collect(item, whole, kept)


if __name__ == "__main__":
    made = trimmed(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    text = json.dumps(made, indent=1, sort_keys=True)
    Path(__file__).with_name("github.json").write_text(text + "\n", "utf-8")
