"""Prefect as the benchmarks see it: a git repository for those that read, a plain copy for the one that writes."""

from __future__ import annotations

import subprocess
from itertools import count
from pathlib import Path

from refactorkit.demo import subject_archive

Files = dict[str, bytes]
TOUCHED = "src/prefect/flows.py"
"""A file that every codemod has to look at again when it changes: deferred imports, pairs, handlers, URLs."""
_numbers = count(1)


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


def copies(files: Files, number: int) -> Files:
    """So many copies of src/ side by side, beside one of everything else; one copy is the subject itself."""
    if number == 1:
        return files
    rest = {path: data for path, data in files.items() if not path.startswith("src/")}
    sources = files.keys() - rest.keys()
    return rest | {f"copy{n}/{path}": files[path] for n in range(number) for path in sources}


def commit_everything(folder: Path) -> None:
    """Make a git repository of `folder`, with all of its files in one commit, packed as a clone has them."""
    _git(folder, "init", "--quiet")
    # Forced: Prefect's own .gitignore names files that its archive ships.
    _git(folder, "add", "--force", ".")
    _git(folder, "commit", "--quiet", "--message=The subject as its archive has it")
    _git(folder, "repack", "-a", "-d", "--quiet")


def change_one_file(folder: Path) -> None:
    """Commit another comment at the end of one file, so that its content is new."""
    with (folder / TOUCHED).open("a") as file:
        file.write(f"\n# changed {next(_numbers)}\n")
    _git(folder, "commit", "--quiet", "--all", "--message=One file")


def size(files: Files) -> tuple[int, int]:
    """How many Python files there are below src/, and how many lines they have."""
    sources = [data for path, data in files.items() if path.startswith("src/") and path.endswith(".py")]
    return len(sources), sum(data.count(b"\n") for data in sources)


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=refactorkit bench", "-c", "user.email=bench@example.com"]
    settings = ["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *settings, *arguments], cwd=folder, check=True, capture_output=True)
