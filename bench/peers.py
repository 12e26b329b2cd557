"""Other people's tools in an environment of their own: they want other versions of libraries than refactorkit does.

It lies in the user's cache folder and is made when it is first asked for.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from refactorkit.demo import SubjectUnavailable

PINNED = {"bump-pydantic": "0.8.0", "fixit": "2.2.1", "bowler": "0.9.0", "fissix": "24.4.24"}
CODE = Path(__file__).with_name("peer_code")
"""The rule and the query that are given to Fixit and Bowler."""


def requirements() -> list[str]:
    """What is installed. LibCST is the version that refactorkit runs with here."""
    return [f"{name}=={number}" for name, number in PINNED.items()] + [f"libcst=={version('libcst')}"]


def python() -> Path:
    """The interpreter of the peers' environment. Raises SubjectUnavailable where it can't be made."""
    key = hashlib.sha256("\n".join([sys.version, *requirements()]).encode()).hexdigest()[:12]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "refactorkit-bench"
    folder = root / f"peers-{key}"
    ready = folder / ".ready"
    interpreter = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not ready.is_file():
        print("installing the tools to compare with, once", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder))
        _run(sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet", *requirements())
        ready.touch()
    return interpreter


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise SubjectUnavailable(f"the tools to compare with can't be installed: {words[0]}")
