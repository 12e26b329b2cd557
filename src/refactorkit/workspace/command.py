"""Running a user's command with limits: on its time, on what it prints, and on what it leaves running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from msgspec import Struct

TAIL = 64 * 1024
"""Bytes of a command's output that are kept: its end."""
MARK = "REFACTORKIT_VERIFY"
"""The environment variable by which everything that a command started is recognised, also what left its session."""
TIMED_OUT = 124
"""The exit code of `timeout` in GNU coreutils, for a command that took too long."""


class Ended(Struct, frozen=True):
    """How a command ended: its exit code (128 + n for signal n, 124 for a timeout) and the end of its output."""

    code: int
    output: str

    @property
    def last_lines(self) -> list[str]:
        """At most three lines that aren't blank."""
        return [line.strip()[:500] for line in self.output.splitlines() if line.strip()][-3:]


def run_command(
    command: str,
    folder: Path,
    seconds: float,
    variables: Mapping[str, str],
    inherited: Mapping[str, str] | None = None,
) -> Ended:
    """Run a shell command in a folder; when it ends, or takes too long, everything that it started is ended with it.

    Its output goes through a pipe of which the end is kept, so that no amount of it fills the memory or the disk.
    It gets the `variables` beside those `inherited`, by default all of this process but git's own.
    """
    mark = uuid4().hex
    if inherited is None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment = dict(inherited)
    environment.update(variables)
    environment[MARK] = mark
    process = subprocess.Popen(
        command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    tail = bytearray()
    reader = threading.Thread(target=_read, args=(process.stdout, tail), daemon=True)
    reader.start()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = TIMED_OUT
    finally:
        _end(process, mark)
    reader.join(5)
    return Ended(128 - code if code < 0 else code, bytes(tail[-TAIL:]).decode(errors="replace"))


def _read(stream: IO[bytes], tail: bytearray) -> None:
    with stream:
        while piece := os.read(stream.fileno(), TAIL):
            tail += piece
            if len(tail) > 16 * TAIL:  # seldom, because the rest moves to the front each time
                del tail[:-TAIL]


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the command's process group, and then whoever else carries its mark."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it has ended, and so has all of its group
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for _ in range(10):  # what is ended may just be starting something
        left = _marked(mark)
        for number in left:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if not left:
            break


def _marked(mark: str) -> list[int]:
    """The processes whose environment holds the mark. Only Linux tells; elsewhere the process group must do."""
    if sys.platform != "linux":
        return []
    wanted = f"{MARK}={mark}".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if wanted in Path("/proc", name, "environ").read_bytes():
                    found.append(int(name))
            except OSError:
                continue  # it ended, or belongs to somebody else
    return found


__all__ = ["Ended", "run_command"]
