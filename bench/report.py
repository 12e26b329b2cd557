"""What a reader needs beside the table: the commands, their versions, the machine, and how the numbers were made."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence

from bench.table import Row, render

HEADER = """# Benchmarks

`make bench` measures this on your machine; `.venv/bin/python -m bench --write` also writes this page.
"""

METHOD = """## How it is measured

- The commands run in turns (A B A B ...) after one warm-up each, so that whatever slows the machine down for a while
  slows neighbours down alike. The LibCST command takes minutes: it runs once, after the others, without a warm-up and
  between two more runs of refactorkit (`--libcst-runs N` for more, `--quick` for none).
- "n times its wall time" is the median of the ratios of neighbouring runs; "n times faster" compares with the mean of
  the run before and the run after.
- Wall time runs from the start of the process to its end, interpreter start included. CPU is user and system time with
  all children. Peak is what `wait4` reports as the largest resident set of any single process: the command or one of
  its children.
- stdout is thrown away. Compiled modules and the file system are warm; refactorkit's own cache is empty in every
  run, but for the row "warm": there it holds what the warm-up kept.
- The ten copies of src/ lie side by side in one repository. Their modules have the same names, so each import has ten
  candidates.
- The commands don't do the same work. ast-grep renames text, the alias where it is defined included, so that the program
  goes on accepting what it accepted. LibCST renames one symbol: the bare swap, after which `tests/test_prefect.py` sees
  Prefect's API fail on good URLs.
"""


def load() -> float | None:
    """How many processes wanted a CPU in the last minute, where the system says it. To be asked before measuring."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def page(
    rows: Sequence[Row], versions: Mapping[str, str], size: tuple[int, int], load_before: float | None
) -> str:
    """The whole page, as it is printed and written."""
    shown = "\n".join(f"- {row.command.name}: `{row.command.shown}`" for row in rows)
    return "\n".join(
        [HEADER, render(rows), "", shown, "", _where(versions, size), *_warning(load_before), "", METHOD]
    )


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
    why = "The other tools use several threads and lose more by that than refactorkit, so its ratios look too good."
    return "", f"**Not to be quoted: the machine was busy ({busy}).** {why}"
