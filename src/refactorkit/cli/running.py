"""Runs a request and shows its plans: progress and messages to stderr, the result to stdout."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from refactorkit.application import Request, VerificationFailed, apply
from refactorkit.config import ConfigError
from refactorkit.model import Plan
from refactorkit.workspace.entries import WorkspaceError


def say(message: str) -> None:
    """One line on stderr."""
    print(f"refactorkit: {message}", file=sys.stderr)


def execute(request: Request, output_format: str, output: Path | None, check: bool, debug: bool) -> int:
    """Run the request; the exit code of the contract."""
    code = 0
    try:
        with _opened(output) as stream, Progress() as progress:
            for plan in apply(request, Path.cwd(), lambda text: say(f"warning: {text}"), progress.stage):
                progress.clear()
                write(plan, output_format, stream, request.dry_run)
                if plan.failures:
                    code = 3
                elif check and plan.changes and code == 0:
                    code = 1
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        code = 2
    except VerificationFailed as error:
        say(str(error))
        code = 4
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001  (the edge: a person sees one line, --debug shows the rest)
        if debug:
            traceback.print_exc()
        say(f"internal error: {type(error).__name__}: {error}: run again with --debug and report it")
        code = 2
    return code


def _opened(output: Path | None) -> Any:
    if output is None:
        return _Standard(sys.stdout)
    try:
        return output.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise WorkspaceError(
            f"--output {output} can't be written ({error.strerror}): check the folder"
        ) from error


class _Standard(io.TextIOBase):
    """stdout as a context manager that doesn't close it; bytes of names that are not UTF-8 pass through."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="surrogateescape", newline="")

    def write(self, text: str) -> int:
        return int(self.stream.write(text))

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return bool(self.stream.isatty())


def _console(stream: Any) -> Any:
    """A terminal with colours; anything else gets plain lines, unless FORCE_COLOR (https://force-color.org) is set."""
    if not stream.isatty() and not os.environ.get("FORCE_COLOR"):
        from refactorkit.report.page import Plain

        return Plain(stream)
    from rich.console import Console

    return Console(file=stream, highlight=False)


def write(plan: Plan, output_format: str, stream: Any, dry_run: bool) -> None:
    """The plan in the format asked for."""
    if output_format == "text":
        from refactorkit.report import text

        text.write(_console(stream), plan, dry_run)
    else:
        from refactorkit.report import diff, json

        stream.write((json if output_format == "json" else diff).render(plan))
    stream.flush()


class Progress:
    """A bar on stderr with the file count and an ETA, on a terminal and only for what takes over half a second."""

    DELAY = 0.5

    def __init__(self) -> None:
        self._bar: Any = None
        self._start = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def stage(self, name: str, total: int) -> Callable[[], None]:
        """Begin a stage; call the result after each file."""
        import time

        if not sys.stderr.isatty() or total == 0:
            return lambda: None
        start = time.perf_counter()
        done = 0
        task: Any = None

        def tick() -> None:
            nonlocal done, task
            done += 1
            if self._bar is None and time.perf_counter() - start > self.DELAY and done < total:
                self._bar = _bar()
                task = self._bar.add_task(name, total=total, completed=done)
                self._bar.start()
            elif self._bar is not None and task is not None:
                self._bar.update(task, completed=done)

        return tick


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
