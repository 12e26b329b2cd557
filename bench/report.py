"""What a reader needs beside the tables: the commands, their versions, the machine, and how the numbers were made."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence

from bench.table import Section, render

HEADER = """# Benchmarks

`make bench` measures this on your machine and writes this page; `.venv/bin/python -m bench --quick` is a short form that
only prints it, `--only SECTION` a part of it. A bar that is missed is no failure: it is written down.
"""

METHOD = """## How it is measured

- The commands run in turns (A B A B ...) after one warm-up each, so that whatever slows the machine down for a while
  slows neighbours down alike. What takes minutes (Fixit, bump-pydantic, LibCST) runs once, without a warm-up and between
  two more runs of refactorkit.
- "n times" is the median of the ratios of neighbouring runs; where the other runs once, it is held against the mean of
  the run before and the run after.
- Wall time runs from the start of the process to its end, interpreter start included. CPU is user and system time with
  all children. Peak is what `wait4` reports as the largest resident set of any single process: the command or one of
  its children. refactorkit works in one process here; Fixit, Bowler, bump-pydantic and LibCST start as many as they do by
  default. "> n" stands for a run that was stopped after n seconds and would have gone on; its CPU leaves out processes
  that were killed with it.
- stdout is thrown away. Compiled modules and the file system are warm; refactorkit's own cache is empty in every
  run, but for those called warm. Repositories are packed, as a clone is.
- The gate that imports every module of the project is left out (`--no-gate`): what it takes is the project's own.
"""


def load() -> float | None:
    """How many processes wanted a CPU in the last minute, where the system says it. To be asked before measuring."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def page(
    sections: Sequence[Section],
    versions: Mapping[str, str],
    size: tuple[int, int],
    load_before: float | None,
) -> str:
    """The whole page, as it is printed and written."""
    parts = [HEADER, _where(versions, size), *_warning(load_before), ""]
    for section in sections:
        parts += [f"## {section.title}\n", section.text, "", render(section.headings, section.rows), ""]
        shown = dict.fromkeys((command.name, command.shown) for command in section.commands)
        parts += [*(f"- {name}: `{text}`" for name, text in shown), *([""] if shown else [])]
    return "\n".join([*parts, METHOD])


def _where(versions: Mapping[str, str], size: tuple[int, int]) -> str:
    files, lines = size
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"Measured on Prefect 3.6.16 (src/: {files} Python files, {lines:,} lines) with {tools}; "
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} CPUs."
    )


def _warning(load_before: float | None) -> tuple[str, ...]:
    cpus = os.cpu_count() or 1
    if load_before is None or load_before <= cpus / 2:
        return ()
    busy = f"load average {load_before:.1f} on {cpus} CPUs before the first run"
    why = "Tools with several threads or processes lose more by that than refactorkit, so its ratios look too good."
    return "", f"**Not to be quoted: the machine was busy ({busy}).** {why}"
