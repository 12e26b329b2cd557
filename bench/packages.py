"""The subjects of `bench.recover`: the standard library, and wheels from the index, kept in the subjects' cache."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

from platformdirs import user_cache_path

from bench.handlers import is_test

DEVELOPMENT = ("requests==2.32.3", "click==8.1.7", "jinja2==3.1.4", "werkzeug==3.0.4")
"""Packages that were looked at while the knowledge base was written."""
HELD_OUT = (
    "urllib3==2.2.3",
    "docutils==0.21.2",
    "paramiko==3.5.0",
    "pygments==2.18.0",
    "tornado==6.4.1",
    "setuptools==75.1.0",
)
"""Packages that were chosen afterwards."""
PINNED = re.compile(r"([A-Za-z0-9][\w.-]*)==([\w.+!]+)")
NOT_READ = frozenset(
    {"site-packages", "lib2to3", "idlelib", "turtledemo", "test", "__pycache__", "lib-dynload", "ensurepip"}
)


class Unavailable(Exception):
    """A subject can't be had; the message says what to do."""


def standard_library() -> dict[str, bytes]:
    """The modules of this Python's standard library as one package, so that they ask for each other by the knowledge base."""
    root = Path(sysconfig.get_paths()["stdlib"])
    files = {"stdlib/__init__.py": b""}
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if (
            not NOT_READ & set(relative.parts)
            and not is_test(relative.as_posix())
            and relative.parts[0][:6] != "config"
        ):
            files[f"stdlib/{relative.as_posix()}"] = path.read_bytes()
    return files


def files_of(name: str) -> dict[str, bytes]:
    """The Python files of a wheel, by path. Raises Unavailable."""
    pinned = PINNED.fullmatch(name)
    if pinned is None:
        raise Unavailable(f"{name!r} is no release: give NAME==VERSION")
    folder = user_cache_path("refactorkit-subjects") / "wheels"
    wheel = _cached(folder, pinned) or _download(folder, pinned)
    with zipfile.ZipFile(wheel) as archive:
        return {path: archive.read(path) for path in sorted(archive.namelist()) if path.endswith(".py")}


def _cached(folder: Path, pinned: re.Match[str]) -> Path | None:
    wanted = f"{re.sub(r'[-_.]+', '_', pinned[1])}-{pinned[2]}-".lower()
    found = (
        path
        for path in folder.glob("*.whl")
        if path.name.lower().replace(".", "_").startswith(wanted.replace(".", "_"))
    )
    return next(found, None)


def _download(folder: Path, pinned: re.Match[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    run = subprocess.run(
        [*command, "--dest", str(folder), pinned.group()], capture_output=True, text=True, check=False
    )
    found = _cached(folder, pinned)
    if run.returncode or found is None:
        last = (run.stderr.strip().splitlines() or ["pip printed nothing"])[-1]
        raise Unavailable(
            f"{pinned.group()} can't be had ({last}): name another release, or look at the network"
        )
    return found
