"""Imports modules cold, each in a process of its own. Run by the target's interpreter; needs Python 3.8, nothing else.

Usage: `python probe.py REQUEST`, a JSON file. One line of JSON for each module is appended to the file that the request
names; a module that never answers is told by how its process ended. Third parties and a root package may be loaded once,
after which each module gets a fork of that: its own imports happen in the order of a cold start all the same, because
the root package runs before every module below it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from typing import Any

PAUSE = 0.004
"""Seconds between two looks at the running processes."""
FRAMES = 6
"""How many frames of a traceback are told, the last ones inside of the project."""


def main() -> None:
    """Serve a request, or as `probe.py REQUEST NUMBER` be the fresh process of one of its modules."""
    with open(sys.argv[1], encoding="utf-8") as stream:
        request: dict[str, Any] = json.load(stream)
    here = os.path.dirname(os.path.abspath(__file__))
    inherited = [_in_tree(request, p) for p in sys.path if p and os.path.abspath(p) != here]
    sys.path[:] = request["path"] + inherited
    if len(sys.argv) > 2:
        answer(request, int(sys.argv[2]))
    _bound_memory(request["memory"])
    if request["root"] and not _warm(request):
        return
    _tell(request, {"ready": True})
    _serve(request)


def _in_tree(request: dict[str, Any], folder: str) -> str:
    """The tree's folder for one of the checkout, as an editable install puts it on sys.path; any other as it is."""
    checkout = request["checkout"] + os.sep
    place = os.path.join(request["tree"], os.path.realpath(folder)[len(checkout) :])
    return place if os.path.realpath(folder).startswith(checkout) and os.path.isdir(place) else folder


def _bound_memory(size: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, ValueError, OSError):
        return  # this system has no such limit, or a lower one already


def _warm(request: dict[str, Any]) -> bool:
    """Load third parties, whose failures don't matter, and the root package. Whether the latter can be imported."""
    signal.alarm(int(request["start"]))
    gc.disable()
    for name in request["preload"]:
        _failure_of_import(name, None)
        if request["root"] in sys.modules:  # it imports the project: that would not be cold any more
            request["preload"] = [p for p in request["preload"] if p != name]
            with open(sys.argv[1], "w", encoding="utf-8") as stream:
                json.dump(request, stream)
            os.execv(sys.executable, _command(sys.argv[1]))
    failure = _failure_of_import(request["root"], request["tree"])
    signal.alarm(0)
    gc.freeze()
    if failure is not None:
        _tell(request, {"module": request["root"], "failure": failure})
    return failure is None


def _command(*arguments: str, timed: bool = False) -> list[str]:
    options = ["-s", "-X", "utf8", *(["-X", "importtime"] if timed else [])]
    return [sys.executable, *options, os.path.abspath(__file__), *arguments]


def _tell(request: dict[str, Any], line: dict[str, Any]) -> None:
    with open(request["answers"], "a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def _place(request: dict[str, Any], number: int) -> str:
    return "{}.{}".format(request["answers"], number)


def answer(request: dict[str, Any], number: int) -> None:
    """Import one module of the request, leave the answer in a file and end the process."""
    job = request["modules"][number]
    said: dict[str, Any] = {"module": job["name"]}
    gc.disable()  # a fifth of the time of importing many classes, and nothing of what importing them does
    failure = _failure_of_import(job["name"], request["tree"])
    if failure is not None:
        said["failure"] = failure
    names = sorted(str(name) for name in list(sys.modules))
    said["loaded"] = (
        names if job["loaded"] else [n for n in names if n.partition(".")[0] in request["inside"]]
    )
    place = _place(request, number)
    with open(place + ".part", "w", encoding="utf-8") as stream:
        json.dump(said, stream)
    os.replace(place + ".part", place)
    os._exit(0)  # whatever threads the module has started


def _failure_of_import(name: str, tree: str | None) -> dict[str, Any] | None:
    """How an import fails; in a `tree` it must also come from there, and not from an installed copy."""
    try:
        __import__(
            name
        )  # as a statement does it: `importlib.import_module` hides the module from `-X importtime`
        module = sys.modules[name]
        place = getattr(getattr(module, "__spec__", None), "origin", None)
    except BaseException as error:  # noqa: BLE001  (whatever the target raises is the observation)
        return _described(error, tree or os.sep)
    if tree and isinstance(place, str) and not os.path.realpath(place).startswith(tree + os.sep):
        return {"type": "Elsewhere", "message": f"it is imported from {place}", "trace": []}
    return None


def _described(error: BaseException, tree: str) -> dict[str, Any]:
    import traceback

    try:
        message = str(error)[:2000]
        frames = traceback.extract_tb(error.__traceback__)
    except BaseException as other:  # noqa: BLE001  (an exception of the target's own making)
        message, frames = f"no message ({type(other).__name__})", traceback.StackSummary()
    inside = [f for f in frames if f.filename.startswith(tree + os.sep)][-FRAMES:]
    trace = [f"{f.filename[len(tree) + 1 :]}:{f.lineno}: {f.line or f.name}" for f in inside]
    return {"type": type(error).__name__, "message": message, "trace": trace}


class _Forked:
    """A process for one module: a fork, which becomes a fresh interpreter where that is asked for."""

    def __init__(self, request: dict[str, Any], number: int) -> None:
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.setsid()
                _silence()
                if request["modules"][number]["fresh"]:
                    timed = request["modules"][number]["timed"]
                    if timed:
                        _write_errors(_place(request, number) + ".times")
                    os.execv(sys.executable, _command(sys.argv[1], str(number), timed=timed))
                answer(request, number)
            finally:
                os._exit(70)

    def poll(self) -> int | None:
        """The exit code, minus the signal's number for one that was killed, or None."""
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if pid == 0:
            return None
        return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def kill(self) -> None:
        """End the process, wherever it has gone, and its group."""
        os.kill(self._pid, signal.SIGKILL)
        self.end_group()

    def end_group(self) -> None:
        """End what a process that is gone has left running."""
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


class _Spawned:
    """A fresh process for one module, where there is no fork."""

    def __init__(self, request: dict[str, Any], number: int) -> None:
        quiet = subprocess.DEVNULL
        command = _command(sys.argv[1], str(number))
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)

    def poll(self) -> int | None:
        """The exit code, or None."""
        return self._process.poll()

    def kill(self) -> None:
        """End the process."""
        self._process.kill()

    def end_group(self) -> None:
        """There are no groups here."""


def _silence() -> None:
    """What modules print goes nowhere."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)


def _write_errors(place: str) -> None:
    """What goes to stderr, where `-X importtime` writes, goes into a file."""
    os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)


def _times(place: str) -> dict[str, int]:
    """Microseconds that each module took by itself, from lines such as `import time:   105 |   210 |   json.decoder`."""
    found: dict[str, int] = {}
    with open(place, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            parts = line.partition("import time:")[2].split("|")
            if len(parts) == 3 and parts[0].strip().isdigit():
                found[parts[2].strip()] = int(parts[0])
    os.unlink(place)
    return found


def _serve(request: dict[str, Any]) -> None:
    start = _Forked if request["fork"] else _Spawned
    waiting = deque(range(len(request["modules"])))
    running: dict[int, Any] = {}
    deadlines: dict[int, float] = {}
    while waiting or running:
        while waiting and len(running) < request["jobs"]:
            number = waiting.popleft()
            running[number] = start(request, number)
            deadlines[number] = time.monotonic() + request["seconds"]
        for number, process in list(running.items()):
            code = process.poll()
            is_late = code is None and time.monotonic() > deadlines[number]
            if is_late:
                process.kill()
                while process.poll() is None:
                    time.sleep(PAUSE)
            if is_late or code is not None:
                process.end_group()
                del running[number]
                _tell(request, _result(request, number, code))
        time.sleep(PAUSE)


def _result(request: dict[str, Any], number: int, code: int | None) -> dict[str, Any]:
    place = _place(request, number)
    try:
        with open(place, encoding="utf-8") as stream:
            said: dict[str, Any] = json.load(stream)
        os.unlink(place)
        if request["modules"][number]["timed"] and os.path.exists(place + ".times"):
            said["times"] = _times(place + ".times")
        return said
    except (OSError, ValueError):
        if code is None:
            kind, message = "Timeout", "not imported within {:g} s".format(request["seconds"])
        elif code < 0:
            kind, message = "Killed", f"signal {-code} ended the process"
        else:
            kind, message = "Exit", f"the process ended itself with code {code}"
        failure = {"type": kind, "message": message, "trace": []}
        return {"module": request["modules"][number]["name"], "failure": failure}


if __name__ == "__main__":
    main()
