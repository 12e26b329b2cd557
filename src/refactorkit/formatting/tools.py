"""Runs ruff and black on files laid out in a scratch folder, away from the target and from the user's settings."""

from __future__ import annotations

import os
import re
import signal
import site
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from msgspec import Struct, field

from refactorkit.formatting.settings import Choice
from refactorkit.workspace import scratch

PATIENCE = 60.0  # seconds; a tool that needs longer for one change set hangs
FILES_PER_CALL = 200  # keeps the command line under Windows' 32,767 characters, the shortest limit there is
SIDES = ("before", "after")

# Not --quiet: that hides which file could not be parsed.
RUFF = ("--no-cache", "--force-exclude", "--no-respect-gitignore")
# --fix-only with one fixable rule: the target's own selection, ignores and noqa comments decide whether it applies.
SORT = ("check", "--fix-only", "--fixable", "I001", "--exit-zero", *RUFF)


METADATA = re.compile(r"(\d[^-]*)\.dist-info")
"""What follows the name in the name of a metadata folder (https://packaging.python.org/specifications/binary-distribution-format/)."""


class Laid(Struct, frozen=True):
    """What a tool made of both versions of some files; those that it could not read are `refused` with its words.

    `failure` says why it made nothing. That may pass: the tool was missing, killed or too slow.
    """

    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    failure: str | None = None


def tool_version(choice: Choice) -> tuple[str, str]:
    """Name and version of the installed tool; an empty version when it isn't installed."""
    name = choice.tool.split()[0]
    return name, _version(name)


@cache
def _version(name: str) -> str:
    """The version that the name of the tool's metadata folder ends with: importlib.metadata takes 10 ms to load."""
    for folder in sys.path:
        try:
            found = [entry for entry in os.listdir(folder or ".") if entry.startswith(f"{name}-")]
        except OSError:
            continue
        versions = [match for entry in found if (match := METADATA.fullmatch(entry.removeprefix(f"{name}-")))]
        if versions:
            return versions[0].group(1)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def lay_out(
    choice: Choice, before: Mapping[str, bytes], after: Mapping[str, bytes], surroundings: Mapping[str, bytes]
) -> Laid:
    """Let the chosen tool rewrite both versions of the files, each among the same `surroundings`.

    `surroundings` are the configuration files and whatever else the tool looks for on a disk. Both versions are worked
    on at the same time, in one process each: black needs one root of a repository to read its exclusions.
    """
    versions = dict(zip(SIDES, (before, after), strict=True))
    files = {".ruff.toml": b""}  # ends the search for a configuration, whatever lies above the scratch folder
    for side, originals in versions.items():
        files |= {f"{side}/{path}": data for path, data in {**surroundings, **originals}.items()}
    refused: dict[str, str] = {}
    with scratch(files) as root:
        for batch in _batches(sorted(after)):
            try:
                messages = _run(choice, root, batch, known=before.keys())
            except (OSError, subprocess.TimeoutExpired) as error:
                return Laid(failure=f"{choice.tool} could not be run: {error}")
            for found in messages:
                if isinstance(found, str):
                    return Laid(failure=found)
                refused |= found
        results = [{path: (root / side / path).read_bytes() for path in versions[side]} for side in SIDES]
        return Laid(before=results[0], after=results[1], refused=refused)


def _batches(paths: Sequence[str]) -> Iterable[Sequence[str]]:
    return (paths[start : start + FILES_PER_CALL] for start in range(0, len(paths), FILES_PER_CALL))


def _run(
    choice: Choice, root: Path, paths: Sequence[str], known: Collection[str]
) -> list[dict[str, str] | str]:
    """For each process what it said about single files, or the line that says why it failed.

    `known` are the paths that have a version before.
    """
    environment = _environment(root)
    running = []
    try:
        for side, mine in zip(SIDES, ([path for path in paths if path in known], paths), strict=True):
            if mine:
                process = subprocess.Popen(
                    [*_command(choice), *(f"./{path}" for path in mine)],
                    cwd=root / side,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
                running.append((side, mine, process))
        return [
            _messages(process.communicate(timeout=PATIENCE)[1], process.returncode, mine, root / side)
            for side, mine, process in running
        ]
    finally:
        for _, _, process in running:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a tool and its group: black's workers hold the pipe open when it alone is killed, and reading would never end."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=5)


def _command(choice: Choice) -> list[str]:
    if choice.tool == "black":
        # -P: a module of the target called `click` must not be imported. --fast: we compare the trees ourselves.
        return [sys.executable, "-P", "-m", "black", "--quiet", "--fast", "--config", f"./{choice.config}"]
    return [_ruff_binary(), *(SORT if choice.tool == "ruff check" else ("format", *RUFF))]


def _ruff_binary() -> str:
    """The path of the ruff that is installed with us. FileNotFoundError when there is none."""
    try:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]
    except ImportError as error:
        raise FileNotFoundError("ruff is not installed") from error
    return os.fsdecode(find_ruff_bin())


def _environment(root: Path) -> dict[str, str]:
    """No variable of the caller that steers a formatter, and no home folder with settings or caches."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH")
    home = str(root / "home")
    places = ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "BLACK_CACHE_DIR")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    user_base = {"PYTHONUSERBASE": site.getuserbase()}  # where black itself may be installed
    return (
        found | dict.fromkeys(places, home) | user_base | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    )


def _messages(stderr: bytes, code: int, paths: Sequence[str], folder: Path) -> dict[str, str] | str:
    """What the tool said about single files; or, when it failed as a whole, the line that tells why."""
    text = stderr.decode("utf-8", "replace").replace(f"{folder}{os.sep}", "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    about: dict[str, str] = {}
    for line in lines:
        if line.startswith("error"):
            named = max((path for path in paths if path in line), key=len, default=None)
            if named is not None:
                about.setdefault(named, line)
    if code == 0 or about:
        return about
    causes = [
        line.removeprefix("Cause: ") for line in lines if line.startswith("Cause: ")
    ]  # ruff, from outer to inner
    noise = re.compile(r"Usage:|Try '|warning:|ruff failed", re.IGNORECASE)
    told = causes or [line for line in lines if not noise.match(line)][:1] or [f"exit code {code}"]
    return re.sub(r"^(Error|Oh no!)\W*", "", ": ".join(told))
