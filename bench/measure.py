"""Running commands side by side and counting what each run costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

LAUNCHER = Path(__file__).with_name("launch.py")


class CommandFailed(Exception):
    """A command could not be run or did not end as it should; the message names it and holds its last words."""


class Command(Struct, frozen=True, kw_only=True):
    """A command to measure. `name` is what the table calls it, `shown` is how a person would type it."""

    name: str
    shown: str
    arguments: tuple[str, ...]
    folder: Path
    bytecode: Path
    """Where Python keeps compiled modules between the runs, whatever PYTHONDONTWRITEBYTECODE says here."""
    cache: Path | None = None
    """Where refactorkit keeps results between the runs; None for an empty cache in each."""
    before_each: Callable[[], None] | None = None
    """Puts the folder back as it was, for a command that writes; not measured."""
    ends_with: tuple[int, ...] = (0,)
    """The exit codes of a run that has done its work: a linter ends with 1 when it finds something."""
    patience: float | None = None
    """Seconds after which a run is stopped: what it cost is then the least that it costs."""


class Run(Struct, frozen=True, kw_only=True):
    """What one run cost: wall and CPU (user and system, with children) in seconds, peak memory in bytes.

    The peak is that of the largest single process: the command itself, or one of the children that it waited for; in a
    run that is watched, that of the command and everything below it together. `was_stopped`: it would have gone on.
    """

    wall: float
    cpu: float
    peak: int
    was_stopped: bool = False


def side_by_side(
    commands: Sequence[Command], runs: int, note: Callable[[str], None], warm_ups: int = 1
) -> list[list[Run]]:
    """`runs` counted runs of each command, interleaved (A B A B ...) after the warm-ups; one list for each command.

    What slows the machine down for a while slows neighbours down alike, so the n-th runs make fair pairs.
    Raises CommandFailed.
    """
    counted: list[list[Run]] = [[] for _ in commands]
    for number in range(-warm_ups, runs):
        for command, own in zip(commands, counted, strict=True):
            run = run_once(command)
            label = f"run {number + 1} of {runs}" if number >= 0 else "warm-up"
            note(f"{command.name}: {label}: {run.wall:.2f} s")
            if number >= 0:
                own.append(run)
    return counted


def run_once(command: Command, is_watched: bool = False) -> Run:
    """One run, in an environment where tools of this interpreter's folder are found, with an empty cache or its own.

    A run that is watched is for its peak, not for its times: looking at the processes takes time as well.
    Raises CommandFailed.
    """
    if command.before_each is not None:
        command.before_each()
    flags = ["--watch"] if is_watched else []
    flags += [f"--patience={command.patience}"] if command.patience is not None else []
    with tempfile.TemporaryDirectory(prefix="refactorkit-bench-cache-") as cache:
        launch = [sys.executable, "-I", "-S", str(LAUNCHER), *flags, *command.arguments]
        try:
            done = subprocess.run(
                launch,
                cwd=command.folder,
                env=_environment(str(command.cache or cache), command.bytecode),
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise CommandFailed(f"{command.name}: {error}") from error
    cost = json.loads(done.stdout) if done.returncode == 0 else {"exit_code": done.returncode}
    if not cost.get("was_stopped") and cost["exit_code"] not in command.ends_with:
        words = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise CommandFailed(f"`{command.shown}` ended with {cost['exit_code']}: {words[0]}")
    return Run(wall=cost["wall"], cpu=cost["cpu"], peak=cost["peak"], was_stopped=bool(cost["was_stopped"]))


def _environment(cache: str, bytecode: Path) -> dict[str, str]:
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    own = {"PATH": tools, "REFACTORKIT_CACHE_DIR": cache, "PYTHONPYCACHEPREFIX": str(bytecode)}
    return {**{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}, **own}
