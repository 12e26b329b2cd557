"""Pythons on this machine other than the one that runs the tests."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which

VERSIONS = ("3.11", "3.12", "3.13")


@cache
def interpreter(version: str) -> Path | None:
    """The interpreter of a version, on PATH or made by pyenv; None where there is none."""
    installed: list[Path] = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    found = which(f"python{version}")
    for place in [Path(sys.executable), *installed, *([Path(found)] if found else [])]:
        show = [str(place), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(show, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return place
    return None
