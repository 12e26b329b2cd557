"""A real terminal (a pty) for tests: a program in it, and answers to its prompts."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import sys
import time
from pathlib import Path

from msgspec import Struct

from repositories import ROOT

PATIENCE = 60.0
"""Seconds after which a program that neither prompts nor ends is taken for hung."""
PROMPT = re.compile(rb"\[y [^\]]*\] \Z")


class Session(Struct, frozen=True):
    """What a program in a terminal did: its exit code, and what was shown without colours."""

    code: int
    shown: str


def session(keys: str, *arguments: str, cwd: Path) -> Session:
    """Run `refactorkit` in a terminal; each prompt gets the next key. Where there is none left, the terminal hangs up."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.environ.update(PYTHONPATH=str(ROOT / "src"), TERM="xterm-256color", COLUMNS="110")
        os.execv(sys.executable, [sys.executable, "-m", "refactorkit", *arguments])
    shown, end, left = b"", time.monotonic() + PATIENCE, list(keys)
    while time.monotonic() < end:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            read = os.read(master, 65536)
        except OSError:  # Linux says so when the program has closed its side
            break
        if not read:
            break
        shown += read
        if PROMPT.search(shown):
            if not left:
                os.kill(pid, signal.SIGHUP)
                break
            os.write(master, left.pop(0).encode())
            shown += b"\n"  # the prompt was answered
    else:
        os.kill(pid, signal.SIGKILL)
        shown += b"(hung)"
    os.close(master)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Session(code, re.sub(rb"\x1b\[[\d;]*[a-zA-Z]|\r", b"", shown).decode("utf-8", "replace"))
