"""Runs `refactorkit cycles` and writes what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refactorkit.cli.running import console, opened, say
from refactorkit.config import ConfigError
from refactorkit.cycles import cycles
from refactorkit.report.cycles import CyclesFound
from refactorkit.workspace.entries import WorkspaceError


def show(
    paths: Sequence[str], output_format: str, output: Path | None, with_deferred: bool, check: bool
) -> int:
    """Write the cycles in the format asked for; the exit code of the contract."""
    try:
        found = cycles(paths, Path.cwd(), lambda text: say(f"warning: {text}"), with_deferred)
        made = _rendered(found, output_format)  # before the file is opened: what fails leaves it as it was
        with opened(output, output_format) as stream:
            if made is None:
                from refactorkit.report.cycles import text

                text.write(console(stream), found)
            else:
                stream.write(made)
            stream.flush()
    except (ConfigError, WorkspaceError) as error:
        say(str(error))
        return 2
    for failure in found.failures:
        say(f"{failure.path} could not be read: {failure.error}")
    if found.failures:
        return 3
    return 1 if check and found.cycles else 0


def _rendered(found: CyclesFound, output_format: str) -> str | None:
    """The cycles in a format; None for text, which depends on what it is written to."""
    match output_format:
        case "text":
            return None
        case "mermaid":
            from refactorkit.report.cycles import mermaid

            return mermaid.render(found)
        case "svg":
            from refactorkit.report.cycles import svg

            return svg.render(found)
        case _:
            from refactorkit.report.cycles import json

            return json.render(found)
