"""Progress on stderr: a bar with a file count and an ETA, on a terminal and only for what takes over half a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Self

DELAY = 0.5
"""Seconds before a stage shows: what is quicker would only flicker."""


class Progress:
    """One bar at a time. A stage whose number of files isn't known moves without a count."""

    def __init__(self, stream: Any = None) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._bar: Any = None
        self._stage: tuple[str, int | None] = ("", None)
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the bar away, and the one that is still to come."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def stage(self, name: str, total: int) -> Callable[[], None]:
        """Begin a stage of `total` files, 0 when that isn't known; call the result after each file."""
        if not self._stream.isatty():
            return _nothing
        with self._lock:
            self._stage, self._done = (name, total or None), 0
            if self._bar is not None:
                self._bar.reset(self._bar.task_ids[0], description=name, total=total or None)
            elif self._timer is None:
                self._timer = threading.Timer(DELAY, self._show)
                self._timer.daemon = True
                self._timer.start()
        return self._tick

    def _tick(self) -> None:
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=self._done)

    def _show(self) -> None:
        with self._lock:
            if self._timer is None:
                return  # cleared meanwhile
            self._timer = None
            self._bar = _bar(self._stream)
            self._bar.add_task(self._stage[0], total=self._stage[1], completed=self._done)
            self._bar.start()


def _nothing() -> None:
    """Nobody looks."""


def _bar(stream: Any) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(file=stream, force_terminal=True), transient=True)
