"""One side of the comparison: the target's interpreter with one of the two trees, which answers request by request."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping as Table
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from refactorkit.behaviour.verdict import Limits
from refactorkit.experiment import Mapping

PROBE = Path(__file__).parent
BOOT = "import sys; sys.path[:] = [sys.argv[1], *filter(None, sys.path)]; import refactorkit_probe.serving as s; del sys.path[0]; s.main()"
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""What the target gets of the environment: enough to run, and neither credentials nor the user's settings."""


class NoAnswer(Exception):
    """The process gave no answer. The message says why, for the ledger."""


class Child:
    """A process that runs the target's code. It is ended, with all it started, when the `with` block ends."""

    def __init__(
        self, python: Path, tree: Path, home: Path, pairs: Sequence[Table[str, Any]],
        mapping: Mapping, limits: Limits,
    ) -> None:  # fmt: skip
        self.limits = limits
        self._home = home
        self._command = [str(python), "-s", "-X", "utf8", "-c", BOOT, str(PROBE)]
        folders = list(dict.fromkeys(str(tree / pair["folder"]) for pair in pairs))
        names = msgspec.to_builtins(mapping)
        self._start = {
            "pairs": [{**pair, "path": str(tree / pair["path"])} for pair in pairs],
            "folders": folders, "seconds": limits.case,
            "names": names, "switch": mapping.switch,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._answers = -1
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, pair: int, cases: Sequence[Any] | None) -> list[dict[str, Any]]:
        """All answers to a request. Raises NoAnswer, after which the process is gone; the next request starts another."""
        if self._process is None:
            self._begin()
        self._send({"pair": pair, "cases": cases, "most": self.limits.paths})
        return self._receive(self.limits.pair, "done")

    def _begin(self) -> None:
        receiving, sending = os.pipe()
        environment = {k: v for k in KEPT if (v := os.environ.get(k)) is not None}
        environment |= {"HOME": str(self._home), "TMPDIR": str(self._home), "USERPROFILE": str(self._home)}
        environment |= {
            "PYTHONHASHSEED": "0",
            "PYTHONSAFEPATH": "1",
        }  # sets have the same order on both sides
        with (self._home / "output").open("wb") as output:
            self._process = subprocess.Popen(
                self._command, cwd=self._home, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output,
                pass_fds=(sending,), start_new_session=True,
            )  # fmt: skip
        os.close(sending)
        self._answers, self._rest = receiving, b""
        self._send({**self._start, "out": sending, "memory": self.limits.memory})
        self._receive(self.limits.imports, "ready")

    def _send(self, message: Table[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise NoAnswer(self._gone()) from None

    def _receive(self, seconds: float, last: str) -> list[dict[str, Any]]:
        """The lines up to the one that holds `last`."""
        deadline = time.monotonic() + seconds
        found: list[dict[str, Any]] = []
        while True:
            line, newline, rest = self._rest.partition(b"\n")
            if newline:
                self._rest = rest
                message = json.loads(line)
                if last in message:
                    return found
                found.append(message)
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                self.end()
                raise NoAnswer(f"no answer within {seconds:g} s")
            data = os.read(self._answers, 1 << 20)
            if not data:
                raise NoAnswer(self._gone())
            self._rest += data

    def _gone(self) -> str:
        """Why the process is no more, from the last line that it wrote."""
        self.end()
        output = (self._home / "output").read_bytes()[-4096:].decode(errors="replace").strip()
        return f"the interpreter stopped: {output.splitlines()[-1] if output else 'it said nothing'}"

    def end(self) -> None:
        """End the process and its group."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
        if process.stdin is not None:
            try:
                process.stdin.close()
            except BrokenPipeError:
                self._rest = b""
        os.close(self._answers)
