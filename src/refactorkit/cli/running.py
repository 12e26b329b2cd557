"""Runs a request and shows its plans: progress and messages to stderr, the result to stdout."""

from __future__ import annotations

import io
import os
import stat
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec

from refactorkit.application import Request, apply, codemods_folder, rejection
from refactorkit.cli.debugging import is_debugging, unexpected
from refactorkit.cli.progress import Progress
from refactorkit.config import ConfigError
from refactorkit.model import Plan
from refactorkit.report import documents
from refactorkit.selection import load
from refactorkit.visible import visible
from refactorkit.workspace.entries import WorkspaceError


def say(message: str) -> None:
    """One line on stderr."""
    print(f"refactorkit: {visible(' '.join(message.split()))}", file=sys.stderr)


def execute(
    request: Request,
    output_format: str,
    output: Path | None,
    check: bool,
    selection: Path | None = None,
    interactive: bool = False,
) -> int:
    """Run the request; the exit code of the contract. Under `--debug`, stderr tells what it took and what went wrong.

    `selection` is a file with decisions on sites; with `interactive`, those that the user comes to are kept in it.
    """
    code = 0
    gathered: list[Plan] = []
    try:
        request = _reviewed(request, selection, interactive)
        with opened(output, output_format) as stream, Progress() as progress:
            for plan in apply(request, Path.cwd(), lambda text: say(f"warning: {text}"), progress.stage):
                progress.clear()
                why = rejection(plan)
                if why is not None:
                    say(f"{plan.codemod}: nothing was committed: {why}")
                if is_debugging():
                    _tell(plan)
                if output_format in documents.FORMATS:
                    gathered.append(plan)
                else:
                    write(plan, output_format, stream, request.dry_run or why is not None)
                code = max(code, _code(plan, check, why is not None))
            if gathered:
                unwritten = {p.codemod for p in gathered if request.dry_run or rejection(p) is not None}
                stream.write(documents.render(output_format, gathered, folder_of(request), unwritten))
                stream.flush()
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        code = 2
    except OSError as error:
        if is_debugging():
            traceback.print_exc()
        place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        say(f"{place}{error.strerror or error}: check the permissions and the space on the disk")
        code = 2
    except KeyboardInterrupt:
        raise
    except Exception as error:  # noqa: BLE001  (the edge: a person sees one line, --debug shows the rest)
        say(unexpected(error))
        code = 2
    return code


def _reviewed(request: Request, selection: Path | None, interactive: bool) -> Request:
    """The request with what a review accepted, once the user was asked if they want to be."""
    if interactive:
        from refactorkit.cli.reviewing import check_terminal, review

        check_terminal(request)
        made = review(request, selection, folder_of(request), console(sys.stderr))
    elif selection is not None:
        made = load(selection)
    else:
        return request
    return msgspec.structs.replace(request, selection=made)


def folder_of(request: Request) -> Path | None:
    """The folder of local codemods that the request names."""
    return codemods_folder(request.config_file) if request.config_file and not request.isolated else None


def _tell(plan: Plan) -> None:
    """What each stage took and the traceback of each failed file, to stderr."""
    took = ", ".join(
        f"{stage} {seconds:.3f} s" for stage, seconds in msgspec.structs.asdict(plan.seconds).items()
    )
    counts = ", ".join(f"{count} {what}" for what, count in msgspec.structs.asdict(plan.files).items())
    say(f"debug: {plan.codemod}: {took}; files: {counts}")
    for failed in plan.failures:
        if failed.traceback:
            say(f"debug: {failed.path}:")
            sys.stderr.write(visible(failed.traceback, keep="\n"))


def _code(plan: Plan, check: bool, is_rejected: bool) -> int:
    if is_rejected:
        return 4
    if plan.failures:
        return 3
    return 1 if check and plan.changes else 0


def opened(output: Path | None, output_format: str) -> Any:
    """Where the result goes: stdout, or the file of `--output`. Raises WorkspaceError when that can't be written."""
    if output is None:
        return _Standard(sys.stdout, output_format)
    try:
        return _File(output.open("a", encoding="utf-8", errors="surrogateescape", newline=""))
    except OSError as error:
        raise WorkspaceError(
            f"--output {output} can't be written ({error.strerror}): check the folder"
        ) from error


class _Result(io.TextIOBase):
    """Where the result goes. Closing it is left to whoever opened the stream below."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        return int(self.stream.write(text))

    def flush(self) -> None:
        self.stream.flush()

    def isatty(self) -> bool:
        return bool(self.stream.isatty())


def console(stream: Any) -> Any:
    """A terminal with colours; anything else gets plain lines, unless FORCE_COLOR (https://force-color.org) is set."""
    if not stream.isatty() and not os.environ.get("FORCE_COLOR"):
        from refactorkit.report.page import Plain

        return Plain(stream)
    from rich.console import Console

    return Console(file=stream, highlight=False)


class _File(_Result):
    """The file of `--output`: what it holds is replaced by the first piece of the result, not by a run that fails."""

    _is_new = False

    def write(self, text: str) -> int:
        if not self._is_new and stat.S_ISREG(os.fstat(self.stream.fileno()).st_mode):
            self.stream.truncate(0)  # a device such as /dev/null or a pipe can't be
        self._is_new = True
        return super().write(text)

    def close(self) -> None:
        super().close()
        self.stream.close()


class _Standard(_Result):
    """stdout. Bytes of names and files that are not UTF-8 pass through; when the reader has gone, the run goes on."""

    def __init__(self, stream: Any, output_format: str) -> None:
        super().__init__(stream)
        if hasattr(stream, "reconfigure"):
            if output_format != "text" or (stream.encoding or "").lower() in ("utf-8", "utf8"):
                stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
            else:
                stream.reconfigure(errors="backslashreplace", newline="")

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            discard_stdout()
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            discard_stdout()


def discard_stdout() -> None:
    """Whoever read stdout (`head`, a pager) has had enough: what follows goes nowhere."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def write(plan: Plan, output_format: str, stream: Any, dry_run: bool) -> None:
    """The plan in the format asked for."""
    if output_format == "text":
        from refactorkit.report import text

        text.write(console(stream), plan, dry_run)
    else:
        from refactorkit.report import diff, json

        stream.write((json if output_format == "json" else diff).render(plan))
    stream.flush()
