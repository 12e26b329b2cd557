"""Runs of `refactorkit` that can be killed in quick succession: a process that has everything imported forks for each.

A killed run is a process group of its own with all that a run from the shell has, but for the seconds of importing, in
which it does nothing that a kill could harm.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from repositories import ROOT, environment

IMPORTED = (
    "cli.apply",
    "cli.running",
    "application",
    "walk",
    "formatting.tools",
    "workspace.worktree",
    "report.text",
)
"""What is imported before the first run, unless a server is told otherwise."""


def serve() -> None:
    """For each request line on stdin: fork, print the child's id, and print how it ended."""
    from importlib import import_module

    for name in sys.argv[1:] or IMPORTED:
        import_module(f"refactorkit.{name}")
    from refactorkit.cli.program import run

    for line in sys.stdin:
        folder, arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            os.chdir(folder)
            for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY)):
                os.dup2(os.open(os.devnull, mode), number)
            os._exit(run(arguments))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


class ForkingRuns:
    """A context in which runs are started, and killed after some seconds."""

    def __init__(self, *imported: str, **more: str) -> None:
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
        self._server = subprocess.Popen(
            [sys.executable, __file__, *imported], env=environment(**more) | {"PYTHONPATH": paths}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)

    def run(
        self,
        folder: Path,
        *arguments: str,
        killed_after: float | None = None,
        group: bool = True,
        started: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Run until the end, or until it is killed with its process group or alone; the exit code, or minus the signal.

        `started` is told the process's id.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps([str(folder), arguments]) + "\n")
        self._server.stdin.flush()
        process = int(self._server.stdout.readline())
        started(process)
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):  # it has ended, or not yet left the server's group
                (os.killpg if group else os.kill)(process, signal.SIGKILL)
        return int(self._server.stdout.readline())


if __name__ == "__main__":
    serve()
