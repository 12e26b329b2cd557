"""Runs `refactorkit explain-handler` and writes what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refactorkit.cli.running import console, opened, say
from refactorkit.config import ConfigError
from refactorkit.handler_explanation import explain_handler
from refactorkit.report import handler
from refactorkit.workspace.entries import WorkspaceError


def show(
    place: str, options: Sequence[str], output_format: str, output: Path | None, python: Path | None
) -> int:
    """Write what is known about the handler; the exit code of the contract."""
    try:
        given = [_pair(option) for option in options]
        found = explain_handler(place, Path.cwd(), given, lambda text: say(f"warning: {text}"), python)
        with opened(output, output_format) as stream:
            if output_format == "json":
                stream.write(handler.render(found))
            else:
                handler.write(console(stream), found)
            stream.flush()
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        return 2
    return 0


def _pair(option: str) -> tuple[str, str]:
    name, sign, value = option.partition("=")
    if not sign:
        raise ConfigError(f"-o {option} has no value: write KEY=VALUE")
    return name, value
