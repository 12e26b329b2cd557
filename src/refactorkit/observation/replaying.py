"""A plan of narrow-except against a recording: which recorded types a narrowed handler would not catch any more."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

import msgspec
from msgspec import Struct

from refactorkit.config import ConfigError
from refactorkit.model import Finding, Level, Status
from refactorkit.observation.recording import Arrived, Observations
from refactorkit.syntax import syntax_tree

ASSUMED = (
    "TypeError", "AttributeError", "NameError", "MemoryError", "RecursionError",
    "KeyboardInterrupt", "SystemExit", "GeneratorExit",
)  # fmt: skip
"""What a proof assumes not to be raised, and what `except Exception` never caught."""
SAME = {
    "IOError": "OSError", "EnvironmentError": "OSError", "WindowsError": "OSError", "os.error": "OSError",
    "socket.error": "OSError", "select.error": "OSError", "mmap.error": "OSError", "socket.timeout": "TimeoutError",
    "asyncio.TimeoutError": "TimeoutError", "concurrent.futures.TimeoutError": "TimeoutError",
    "re.error": "re.PatternError",
}  # fmt: skip
"""Names of one class (https://docs.python.org/3/library/exceptions.html#OSError, and the modules' own pages)."""


class Uncaught(Struct, frozen=True, kw_only=True):
    """A recorded type that the handler on this line of a file would let pass, as it would be narrowed.

    `is_injected`: only tests and mocks raised it, so the body may well be unable to. `is_assumed`: the proof leaves such
    types out under its stated assumptions. One that is neither is a mistake of the proof.
    """

    path: str
    line: int
    level: Level
    exceptions: tuple[str, ...]
    arrived: Arrived
    is_injected: bool
    is_assumed: bool


class _Plan(Struct):
    """The part of a plan in JSON that counts here."""

    findings: tuple[Finding, ...]


def findings_of(data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings of `--output-format json`, one plan a line. Raises ConfigError for anything else."""
    try:
        plans = [msgspec.json.decode(line, type=_Plan) for line in data.splitlines() if line.strip()]
    except msgspec.DecodeError as error:
        raise ConfigError(
            f"{name} is no plan ({error}): make one with `apply narrow-except --output-format json`"
        ) from error
    return tuple(finding for plan in plans for finding in plan.findings)


def uncaught(
    findings: Iterable[Finding], observations: Observations, read: Callable[[str], bytes]
) -> tuple[Uncaught, ...]:
    """Every recorded type outside of what a changed or suggested handler would catch. `read` gives the bytes of a path."""
    found = []
    for finding in findings:
        written = finding.evidence.get("exceptions")
        if not written or finding.status not in (Status.CHANGED, Status.SUGGESTED):
            continue
        source = read(finding.path)
        observed = observations.at(source, finding.line)
        if observed is None:
            continue
        caught = _meanings(written, finding.path, source)
        found += [
            Uncaught(
                path=finding.path,
                line=finding.line,
                level=finding.level,
                exceptions=tuple(written),
                arrived=arrived,
                is_injected=arrived.injected >= arrived.count,
                is_assumed=any(arrived.is_a(name) for name in ASSUMED),
            )
            for arrived in observed.types
            if not any(is_same(name, meant) for name in (arrived.type, *arrived.bases) for meant in caught)
        ]
    return tuple(found)


def _meanings(written: Iterable[str], path: str, source: bytes) -> tuple[str, ...]:
    """What the names in a handler stand for, by the imports of its file. One that starts with `.` is the project's."""
    known = _imported(source)
    home = "." + ("" if path.endswith("__init__.py") else PurePosixPath(path).stem)
    found = []
    for name in written:
        first, dot, rest = name.partition(".")
        if first in known:
            name = f"{known[first]}{dot}{rest}"
        elif not dot and first in _defined(source):
            name = f"{home.rstrip('.')}.{name}"
        found.append(SAME.get(name, name))
    return tuple(found)


def _imported(source: bytes) -> dict[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(syntax_tree(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                known[alias.asname or name] = name
        elif isinstance(node, ast.ImportFrom):
            start = "." if node.level else ""
            for alias in node.names:
                parts = [part for part in (node.module, alias.name) if part]
                known[alias.asname or alias.name] = start + ".".join(parts)
    return known


def _defined(source: bytes) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(syntax_tree(source)) if isinstance(node, ast.ClassDef))


def is_same(arrived: str, meant: str) -> bool:
    """Whether the class that arrived is the one that is meant, although a package hands it on under a shorter name.

    `json.decoder.JSONDecodeError` is `json.JSONDecodeError`; `_queue.Empty` is `queue.Empty`.
    """
    arrived = SAME.get(arrived, arrived)
    if arrived == meant:
        return True
    *home, name = arrived.split(".")
    *package, wanted = meant.split(".")
    if name != wanted or not home or not package:
        return False
    if not package[0]:  # relative: what comes before is not known
        return True
    return home[0].lstrip("_") == package[0].lstrip("_")


__all__ = ["ASSUMED", "Uncaught", "findings_of", "is_same", "uncaught"]
