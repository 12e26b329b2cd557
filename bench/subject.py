"""Prefect as the benchmarks see it: a git repository for those that read, a plain copy for the one that writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from refactorkit.demo import subject_archive

Files = dict[str, bytes]


def files() -> Files:
    """The subject's files by path. Raises SubjectUnavailable."""
    return subject_archive("prefect")


def lay_out(files: Files, folder: Path) -> None:
    """Give each file below `folder` its bytes, or its bytes back."""
    for path, data in files.items():
        target = folder / path
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def tenfold(files: Files) -> Files:
    """Ten copies of src/ side by side, beside one of everything else."""
    rest = {path: data for path, data in files.items() if not path.startswith("src/")}
    sources = files.keys() - rest.keys()
    return rest | {f"copy{number}/{path}": files[path] for number in range(10) for path in sources}


def commit_everything(folder: Path) -> None:
    """Make a git repository of `folder`, with all of its files in one commit."""
    _git(folder, "init", "--quiet")
    # Forced: Prefect's own .gitignore names files that its archive ships.
    _git(folder, "add", "--force", ".")
    _git(folder, "commit", "--quiet", "--message=The subject as its archive has it")


def size(files: Files) -> tuple[int, int]:
    """How many Python files there are below src/, and how many lines they have."""
    sources = [data for path, data in files.items() if path.startswith("src/") and path.endswith(".py")]
    return len(sources), sum(data.count(b"\n") for data in sources)


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=refactorkit bench", "-c", "user.email=bench@example.com"]
    settings = ["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *settings, *arguments], cwd=folder, check=True, capture_output=True)
