"""Runs a command so that every Python interpreter that it starts is recorded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from msgspec import Struct

from refactorkit.config import ConfigError
from refactorkit.observation.collecting import Collected, collect
from refactorkit.observation.planning import Chains

RECORDER = Path(__file__).with_name("refactorkit_recorder")
STARTER = "sitecustomize.py"
PASSED_ON = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
"""Signals that reach only the process they are sent to. One sent to refactorkit is meant for the command."""


class Watched(Struct, frozen=True):
    """How the command ended, as a shell would say it (128 and the number of the signal that killed it), and what it wrote."""

    exit_code: int
    collected: Collected


def watch(command: Sequence[str], files: Mapping[str, Chains]) -> Watched:
    """Run the command in this folder, with this process's streams, and record what arrives in these files.

    `files` are keyed by absolute path. Raises ConfigError when the command can't be started.
    """
    with tempfile.TemporaryDirectory(prefix="refactorkit-observe-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch).resolve()
        _lay(folder, files)
        code = _run(command, {**os.environ, "PYTHONPATH": _search_path(folder)})
        return Watched(code, collect(folder / "spool"))


def _lay(folder: Path, files: Mapping[str, Chains]) -> None:
    """What the interpreters find at the front of their search path."""
    leave = shutil.ignore_patterns("__pycache__", STARTER)
    shutil.copytree(RECORDER, folder / RECORDER.name, ignore=leave)
    shutil.copyfile(RECORDER / STARTER, folder / STARTER)
    (folder / "spool").mkdir()
    (folder / "plan").write_text(ascii(dict(files)), "ascii")


def _search_path(folder: Path) -> str:
    before = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(folder), *([before] if before else [])])


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    running: list[subprocess.Popen[bytes]] = []
    with _signals_passed_on(running):
        try:
            running.append(subprocess.Popen(list(command), env=dict(environment)))
        except OSError as error:
            raise ConfigError(
                f"{command[0]} can't be run ({error.strerror}): check its name, and that it is on PATH"
            ) from error
        code = running[0].wait()
    return 128 - code if code < 0 else code


@contextmanager
def _signals_passed_on(running: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Until the block ends, signals go to the command. The terminal sends Ctrl-C to it by itself.

    A handler, and not SIG_IGN: the command would inherit that. What is ignored already stays ignored.
    """

    def pass_on(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and _is_in_foreground():
            return
        for process in running:
            with suppress(ProcessLookupError):
                process.send_signal(number)

    before: dict[int, Any] = {}
    for name in ("SIGINT", *PASSED_ON):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, pass_on)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_foreground() -> bool:
    """Whether the keys of a terminal reach this process and the command alike."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


__all__ = ["Watched", "watch"]
