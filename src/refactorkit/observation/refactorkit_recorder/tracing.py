"""Recording on Python 3.11, which has no `sys.monitoring`: with a trace function.

Frames of functions with broad handlers are followed instruction by instruction from an exception on, into the body of
the clause that takes it. Lines are not traced.
"""

from __future__ import annotations

import sys
import threading

from .arrivals import NEW, origin
from .instructions import POP_EXCEPT, RERAISE, bodies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from .arrivals import Recorder
    from .clauses import Chains

REPLACED = (
    "something else took over sys.settrace, or a RecursionError ended it: Python 3.12 and later don't need it"
)


class Tracer:
    """The trace function of all threads."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.points: dict[int, tuple[CodeType, _Points | None]] = {}
        self.hook: Any = self.trace  # one object, so that it can be recognised
        self.is_on = True

    def start(self) -> None:
        """Trace this thread, and those that are started through `threading`."""
        threading.settrace(self.hook)
        sys.settrace(self.hook)

    def stop(self) -> None:
        """Trace no more, and say so if another tool ended it earlier."""
        if not self.is_on:
            return
        self.is_on = False
        if sys.gettrace() is self.hook:
            sys.settrace(None)
        elif threading.current_thread() is threading.main_thread():
            self.recorder.note("replaced", REPLACED)
        threading.settrace(None)

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        """Called for each call of a function: those with broad handlers are watched."""
        try:
            code = frame.f_code
            file = self.recorder.known.get(code.co_filename, NEW)
            if file is NEW:
                file = self.recorder.locate(code.co_filename)
            if file is None or not self.is_on:
                return None
            held = self.points.get(id(code))
            if held is None:
                held = self.points[id(code)] = code, _Points.of(code, *file)
            if held[1] is None:
                return None
            frame.f_trace_lines = False
            before = frame.f_trace
            return before if isinstance(before, _Watch) else _Watch(self.recorder, held[1])
        except Exception as problem:  # noqa: BLE001  (whatever goes wrong in here must not reach the program)
            self.recorder.forgive(problem)
        return None


class _Points:
    """Where in one code the bodies of broad handlers begin, with the lines of their clauses."""

    __slots__ = ("lines", "path", "raw")

    def __init__(self, raw: bytes, path: str, lines: dict[int, int]) -> None:
        self.raw, self.path, self.lines = raw, path, lines

    @classmethod
    def of(cls, code: CodeType, path: str, chains: Chains) -> _Points | None:
        """Those of a code; None when it has no broad handler."""
        broad = {line for clauses in chains.values() for line, is_broad, _ in clauses if is_broad}
        lines = {offset: line for offset, line in bodies(code) if line in broad}
        return cls(code.co_code, path, lines) if lines else None


class _Watch:
    """The trace function of one frame: from an exception on it follows the instructions, until that is dealt with."""

    __slots__ = ("before", "is_leaving", "points", "recorder")

    def __init__(self, recorder: Recorder, points: _Points) -> None:
        self.recorder, self.points = recorder, points
        self.before, self.is_leaving = 0, False

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        try:
            if event == "opcode":
                self.step(frame)
            elif event == "exception" and not frame.f_trace_opcodes:
                self.before = id(sys.exception())  # not held: that would keep all its frames alive
                frame.f_trace_opcodes = True
        except Exception as problem:  # noqa: BLE001  (whatever goes wrong in here must not reach the program)
            self.recorder.forgive(problem)
        return self

    def step(self, frame: FrameType) -> None:
        """Before an instruction is run."""
        offset = frame.f_lasti
        operation = self.points.raw[offset]
        line = self.points.lines.get(offset)
        if line is not None:
            error = sys.exception()
            if error is not None:
                self.recorder.count(self.points.path, line, (type(error), origin(error)))
        elif self.is_leaving and operation not in RERAISE and id(sys.exception()) == self.before:
            frame.f_trace_opcodes = False  # clean-up leaves a handler too, and raises again
        self.is_leaving = operation in POP_EXCEPT
