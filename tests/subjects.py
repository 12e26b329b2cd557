"""Real subjects laid out for tests: git repositories made of releases, their runtime environments, and git's answers.

Everything that is downloaded or built is kept in the cache folder that the `subject_cache` fixture names.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

IDENTITY = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
PLAIN = ("-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null")


def lay_out_repository(files: Mapping[str, bytes], folder: Path) -> str:
    """Write the files below `folder` and commit all of them in a new repository; returns the commit."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    git(folder, "init", "--quiet")
    git(folder, "add", "--force", ".")  # a release may ship what its .gitignore names
    git(folder, *IDENTITY, "commit", "--quiet", "--message=base")
    return git(folder, "rev-parse", "HEAD").strip()


def git(folder: Path, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
    """What git prints; raises when git fails."""
    return git_bytes(folder, *arguments, stdin=stdin, variables=variables).decode()


def git_bytes(
    folder: Path, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
) -> bytes:
    """What git prints, as bytes. It takes no lock for its own convenience, so that looking never writes."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", **(variables or {})}
    command = ["git", *PLAIN, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, input=stdin, check=True, capture_output=True
    ).stdout


def export(repository: Path, commit: str, folder: Path) -> Path:
    """The tree of a commit as plain files in a new folder, without touching index or working tree."""
    with tarfile.open(fileobj=io.BytesIO(git_bytes(repository, "archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def checkout_state(repository: Path) -> dict[str, str]:
    """All that a run must leave as it was: HEAD, the branch, other refs, the index, every file with its mtime."""
    refs = git(repository, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    files = sorted(
        path
        for path in repository.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(repository).parts
    )
    listing = "\n".join(
        f"{path} {path.stat().st_mtime_ns} {path.stat().st_mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files
    )
    return {
        "HEAD": (repository / ".git" / "HEAD").read_text(),
        "index": hashlib.sha256((repository / ".git" / "index").read_bytes()).hexdigest(),
        "refs": "\n".join(ref for ref in refs if not ref.startswith("refs/heads/refactorkit/")),
        "status": git(repository, "status", "--porcelain", "--ignored"),
        "files": listing,
    }


def refactorkit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`refactorkit ARGUMENTS` in a process of its own, as a user would run it in that folder."""
    command = [sys.executable, "-m", "refactorkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def runtime(cache: Path, name: str, requirements: Sequence[str], imports: str) -> Path:
    """The interpreter of an environment `cache/name` with these requirements; made when `imports` fails in it.

    Minutes the first time. Several processes may ask at once: one makes it, the others wait.
    """
    python = cache / name / "bin" / "python"
    ready = cache / name / ".refactorkit-ready"
    wanted = "\n".join([*requirements, imports])
    with only_one(cache / f"{name}.lock"):
        if ready.is_file() and ready.read_text() == wanted and python.exists():
            return python
        if not (python.exists() and run(python, "-c", imports) == 0):
            shutil.rmtree(cache / name, ignore_errors=True)
            _make_environment(cache / name, requirements)
            subprocess.run([python, "-c", imports], check=True, capture_output=True)
        ready.write_text(wanted)
    return python


def run(*command: str | Path) -> int:
    """The exit code of a command whose output nobody needs."""
    return subprocess.run(command, capture_output=True, check=False).returncode


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock file: no other process on this machine is inside at the same time."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_environment(folder: Path, requirements: Sequence[str]) -> None:
    python = str(folder / "bin" / "python")
    if uv := shutil.which("uv"):
        commands = [
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", python, *requirements],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(folder)],
            [python, "-m", "pip", "install", "--quiet", *requirements],
        ]
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
