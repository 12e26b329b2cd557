"""Progress shows on a terminal, after a moment, with a count; elsewhere never."""

from __future__ import annotations

import io
import time

from refactorkit.cli import progress
from refactorkit.cli.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, seconds: float, files: int = 10) -> str:
    with Progress(stream) as bar:
        tick = bar.stage("transform", files)
        for _ in range(3):
            tick()
        time.sleep(seconds)
        tick()
        time.sleep(0.15)
    return stream.getvalue()


def test_a_stage_that_takes_long_shows_its_count_on_a_terminal() -> None:
    text = shown(Terminal(), progress.DELAY + 0.2)
    assert "transform" in text
    assert "3/10" in text
    assert "4/10" in text


def test_a_quick_stage_shows_nothing() -> None:
    assert shown(Terminal(), 0.0) == ""


def test_a_file_or_a_pipe_gets_nothing() -> None:
    assert shown(io.StringIO(), progress.DELAY + 0.2) == ""


def test_a_stage_without_a_known_number_of_files_still_shows_its_name() -> None:
    assert "transform" in shown(Terminal(), progress.DELAY + 0.2, files=0)
