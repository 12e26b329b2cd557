"""Starts the recorder in an interpreter, and then lets it find what it would have found without."""

from __future__ import annotations

import atexit
import os
import sys

from .arrivals import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def start(folder: str) -> None:
    """Record from here on, as the plan in `folder` says. Nothing is recorded when there is none any more."""
    try:
        with open(os.path.join(folder, "plan"), encoding="ascii") as file:
            files = eval(file.read(), {"__builtins__": {}})  # literals, written by `planning`
    except OSError:  # a process that outlives the command
        return
    recorder = Recorder(files, os.path.join(folder, "spool"))
    try:
        _begin(recorder)
    except Exception as problem:  # noqa: BLE001  (the program goes on without a recording)
        recorder.note("failed", f"{type(problem).__name__}: {problem}")


def _begin(recorder: Recorder) -> None:
    if hasattr(sys, "monitoring"):
        _monitor(recorder, getattr(sys, "monitoring"))  # noqa: B009  (mypy looks at 3.11)
    else:
        from .tracing import Tracer

        tracer = Tracer(recorder)
        recorder.stop = tracer.stop
        tracer.start()
    recorder.started()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.forked)
    atexit.register(recorder.finish)


def _monitor(recorder: Recorder, api: Any) -> None:
    """Take a number that no debugger, coverage tool or profiler is meant to have, and count exceptions."""
    tool = next(number for number in (4, 3) if api.get_tool(number) is None)
    api.use_tool_id(tool, "refactorkit observe")
    for event in (api.events.RAISE, api.events.RERAISE):
        api.register_callback(tool, event, recorder.raised)
    api.set_events(tool, api.events.RAISE | api.events.RERAISE)
    recorder.stop = lambda: api.set_events(tool, 0)
