"""Runs `refactorkit observe`: the command, and then the recording with what it adds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from refactorkit.cli.running import say
from refactorkit.config import ConfigError
from refactorkit.observation.collecting import TESTS, Collected, is_test, recording
from refactorkit.observation.planning import Planned, planned
from refactorkit.observation.recording import DEFAULT_PATH, Observations, digest, encode, load, merged
from refactorkit.observation.watching import watch
from refactorkit.syntax import LARGEST
from refactorkit.workspace.disk import DiskWorkspace
from refactorkit.workspace.entries import LINK, WorkspaceError
from refactorkit.workspace.locking import locked_file
from refactorkit.workspace.opening import repository_around


def run_observed(
    command: Sequence[str], root: Path | None, tests: Sequence[str] | None, output: Path | None
) -> int:
    """Run the command, and add what it shows to the recording; the command's exit code."""
    try:
        project = _project(root)
        place = (Path.cwd() / output).resolve() if output else project / DEFAULT_PATH
        load(place)  # what is no recording is said before the command takes its time
        patterns = tuple(tests) if tests else TESTS
        sources = _sources(project, patterns)
        plan = planned(sources)
        watched = watch(command, plan.files)
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        return 2
    try:
        seen = recording(watched.collected, sources, project, patterns)
        seen = _still_true(seen, project)
        _add(seen, place, is_default=output is None)
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        return watched.exit_code or 2
    _summarise(seen, plan, watched.collected, project, place)
    return watched.exit_code


def _project(root: Path | None) -> Path:
    if root is not None and not root.is_dir():
        raise ConfigError(f"--root {root} is no folder: give the one that holds the project")
    return (root or repository_around(Path.cwd()) or Path.cwd()).resolve()


def _sources(project: Path, tests: Sequence[str]) -> dict[str, bytes]:
    """The project's Python files by absolute path, without its tests: their own handlers are nobody's concern."""
    workspace = DiskWorkspace(project)
    wanted = [
        entry
        for entry in workspace.entries()
        if entry.path.endswith(".py") and entry.mode != LINK and entry.size <= LARGEST
        if not is_test(str(project / entry.path), project, tests)
    ]
    return {str(project / path): data for path, data in workspace.read(wanted).items()}


def _still_true(seen: Observations, project: Path) -> Observations:
    """Without the files that changed while the command ran: which version was seen can't be told."""
    kept = {}
    for key, one in seen.sources.items():
        now = None
        with suppress(OSError):
            now = digest((project / one.path).read_bytes())
        if now == key:
            kept[key] = one
        else:
            say(f"warning: {one.path} changed while the command ran: what arrived there is left out")
    return Observations(sources=kept)


def _add(seen: Observations, place: Path, is_default: bool) -> None:
    """Add to the recording in one step. Runs that end at the same time take turns. Raises WorkspaceError."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        ignore = place.parent / ".gitignore"
        if is_default and not ignore.exists():
            ignore.write_text("*\n", "ascii")  # the folder is nobody's to commit
        with locked_file(place.with_name(f"{place.name}.lock"), say):
            _replace(place, encode(merged(load(place), seen)))
    except OSError as error:
        raise WorkspaceError(
            f"{place} can't be written ({error.strerror}): check the folder, or pass --output"
        ) from error


def _replace(place: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".refactorkit-", suffix=".tmp", dir=place.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, place)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def _summarise(seen: Observations, plan: Planned, collected: Collected, project: Path, place: Path) -> None:
    """What was recorded and what could not be, a line each on stderr."""
    if plan.unparsed:
        names = ", ".join(Path(path).relative_to(project).as_posix() for path in plan.unparsed[:3])
        more = f" and {len(plan.unparsed) - 3} more" if len(plan.unparsed) > 3 else ""
        say(f"warning: {names}{more} can't be parsed here: run refactorkit with the project's Python")
    for note, count in collected.notes.items():
        say(f"warning: {_times(count, 'process')} recorded only in part: {note}")
    if not collected.versions:
        say("nothing was recorded: no CPython 3.11 or later that reads PYTHONPATH was started")
        return
    found = [one for source in seen.sources.values() for one in source.observed()]
    boundaries = sum(one.is_likely_boundary for one in found)
    likely = f", {boundaries} likely to be a boundary" if boundaries else ""
    arrivals = _times(sum(one.entered for one in found), "exception")
    say(f"{arrivals} at {len(found)} of {_times(plan.handlers, 'broad handler')}{likely}: {_shown(place)}")
    if plan.handlers and not found and not collected.notes:
        say(
            f"the code that ran may be another copy than the one in {_shown(project)}: install it as editable"
        )


def _times(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}{'es' if what.endswith('s') else 's'}"


def _shown(path: Path) -> str:
    """The path from here, when it lies below."""
    here = Path.cwd().resolve()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
