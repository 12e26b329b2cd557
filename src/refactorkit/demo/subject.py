"""Source distributions from the package index, as subjects to try refactorkit on.

They are fetched by pip, so its configuration (mirrors, proxies, certificates) holds, and kept in the user's cache
folder. Nothing is unpacked to disk here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath

from platformdirs import user_cache_path

SHORTHANDS = {"prefect": "prefect==3.6.16"}
PINNED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]*)")
SUFFIX = ".tar.gz"


class SubjectUnavailable(Exception):
    """The subject can't be had; the message is one line that says why and what to do."""


def subject_archive(name: str) -> dict[str, bytes]:
    """The files of a source distribution, by path below its top folder, in path order.

    `name` is `NAME==VERSION`, or `prefect` for the release that refactorkit is measured on. The first use downloads
    it, which runs the build backend of that project (pip asks it for its metadata). Raises SubjectUnavailable.
    """
    pinned = PINNED.fullmatch(SHORTHANDS.get(name, name))
    if pinned is None:
        raise SubjectUnavailable(f"{name!r} is no subject: give NAME==VERSION, or {', '.join(SHORTHANDS)}")
    cache = user_cache_path("refactorkit-subjects")
    archive = _cached(cache, pinned) or _download(cache, pinned)
    return _read(archive)


def _cached(folder: Path, pinned: re.Match[str]) -> Path | None:
    """The archive of this release, under whichever spelling its build backend gave it."""
    wanted = _canonical(f"{pinned['name']}-{pinned['version']}")
    found = (
        path for path in folder.glob(f"*{SUFFIX}") if _canonical(path.name.removesuffix(SUFFIX)) == wanted
    )
    return next(found, None)


def _canonical(name: str) -> str:
    """PEP 503: case and runs of `-`, `_`, `.` make no difference."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _download(cache: Path, pinned: re.Match[str]) -> Path:
    requirement = pinned.group()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Inside the cache, so that the finished file arrives there by a rename: half a download is never cached.
        with tempfile.TemporaryDirectory(dir=cache, prefix=".download-") as arrivals:
            _run_pip_download(Path(arrivals), requirement, pinned["name"])
            archive = _cached(Path(arrivals), pinned)
            if archive is None:
                raise SubjectUnavailable(f"{requirement}: the index holds no {SUFFIX} of its sources")
            return archive.replace(cache / archive.name)
    except OSError as error:
        raise SubjectUnavailable(f"{requirement}: {cache} can't be written: {error.strerror}") from error


def _run_pip_download(folder: Path, requirement: str, name: str) -> None:
    # Only this project from source: what its build backend needs may come as wheels.
    command = [
        *_pip(),
        "download",
        "--quiet",
        "--no-deps",
        f"--no-binary={name}",
        f"--dest={folder}",
        requirement,
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        why = errors[-1].removeprefix("ERROR:").strip() if errors else f"exit code {done.returncode}"
        raise SubjectUnavailable(f"{requirement}: pip can't get it from the package index: {why}")


def _pip() -> list[str]:
    """A command that is pip. Environments made by uv hold none, so others are asked after our own."""
    base = str(getattr(sys, "_base_executable", sys.executable))
    candidates = [
        [sys.executable, "-m", "pip"],
        [base, "-m", "pip"],
        ["python3", "-m", "pip"],
        ["pip"],
        ["uv", "tool", "run", "pip"],
    ]
    for command in candidates:
        if shutil.which(command[0]) and _works(command):
            return command
    raise SubjectUnavailable(
        "no pip was found to download the subject with: install pip (or uv) and try again"
    )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _read(archive: Path) -> dict[str, bytes]:
    """The regular files of an archive without its top folder. Links, devices and paths that lead out are left out."""
    contents = {}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                path = _below_top(member.name)
                if path is not None and member.isreg() and (stream := tar.extractfile(member)):
                    contents[path] = stream.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise SubjectUnavailable(f"{archive} can't be read ({error}): delete it and try again") from error
    return dict(sorted(contents.items()))


def _below_top(name: str) -> str | None:
    """The path below the archive's top folder, or None when it isn't a plain path in there.

    A `.git` in the archive is refused too: the caller makes a repository of these files, and hooks would run.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or "\\" in name or ":" in name or len(path.parts) < 2:
        return None
    if any(part == ".." or part.lower() == ".git" for part in path.parts):
        return None
    return str(PurePosixPath(*path.parts[1:]))
