"""The target's own Python interpreter: what the gates that import or run the target's code start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from refactorkit.config import ConfigError

ASKING = 20.0
"""Seconds that an interpreter may take to say its version."""


def find_python(given: Path | None, root: Path) -> Path:
    """The interpreter of the project in `root`: the one given, else its .venv, else VIRTUAL_ENV, else `python3`.

    Raises ConfigError when the one given can't be run. A virtual environment's link is not followed: its place is what
    makes the environment.
    """
    if given is not None:
        found = shutil.which(given) or shutil.which(root / given)
        if found is None:
            raise ConfigError(
                f"--python {given} is no program that can be run: give the path of an interpreter"
            )
        return Path(found).absolute()
    environments = [root / ".venv"]
    if os.environ.get("VIRTUAL_ENV"):
        environments.append(Path(os.environ["VIRTUAL_ENV"]))
    for environment in environments:
        for place in ("bin/python", "Scripts/python.exe"):
            if os.access(environment / place, os.X_OK):
                return (environment / place).absolute()
    return Path(shutil.which("python3") or sys.executable).absolute()


def version_of(python: Path) -> str:
    """The interpreter's version (`3.12.4`), or '' when it doesn't answer."""
    ask = "import platform; print(platform.python_version())"
    try:
        done = subprocess.run(
            [python, "-I", "-c", ask], capture_output=True, text=True, timeout=ASKING, check=False, stdin=subprocess.DEVNULL
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
