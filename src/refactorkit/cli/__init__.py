"""The command line: arguments in, exit code out. No logic."""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A short run that builds syntax trees: looking for garbage early only costs time.
    gc.set_threshold(200_000, 20, 20)
    from refactorkit.cli.program import run

    leave(run(sys.argv[1:]))


def leave(code: int) -> NoReturn:
    """End the process at once: taking syntax trees apart, which Python does at its end, takes longer than it helps.

    What still runs in the background, such as removing a scratch folder, is waited for.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
