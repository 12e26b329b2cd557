"""One broad handler for people: what can arrive there and why, and what would be written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from refactorkit.model import Finding, Level, Status
from refactorkit.report.page import CYAN, GREEN, ORANGE, Console, blank, line, say


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A handler's finding, and its header as it is written."""

    finding: Finding
    written: str


def write(console: Console, explained: Explained) -> None:
    """Print what is known."""
    finding = explained.finding
    evidence = finding.evidence
    line(console, [(f"{finding.path}:{finding.line}", "bold"), f"  {explained.written}"])
    _field(console, "level", str(finding.level), GREEN if finding.level is Level.PROVED else ORANGE)
    _field(console, "verdict", _verdict(finding))
    header = _header(evidence.get("exceptions", ()))
    if header:
        _field(console, "writes", f"except {header}:{_asked(finding)}", CYAN)
    for key, title in TITLES.items():
        found = evidence.get(key, ())
        lines = [found] if isinstance(found, str) else list(found)
        if not lines:
            continue
        blank(console)
        line(console, [(title, "bold")])
        for text in lines:
            for number, part in enumerate(_steps(text)):
                say(console, part, "    " if number else "  ")


TITLES = {
    "witness": "Can arrive",
    "unknown": "Not known",
    "observed": "Arrived while runs were recorded (times)",
    "assumes": "Assumed",
    "oracle": "Types from",
    "exposes": "No longer caught",
}
"""The evidence that is shown, in its order."""


def _field(console: Console, name: str, text: str, style: str = "") -> None:
    if console.is_terminal:
        line(console, [f"  {name:8} ", (text, style)])
    else:
        line(console, [f"  {name:8} {text}"])


def _verdict(finding: Finding) -> str:
    if finding.status is Status.CHANGED:
        return f"changes: {finding.message}"
    word = "suggested" if finding.status is Status.SUGGESTED else "stays"
    return f"{word} ({finding.reason}): {finding.message}"


def _header(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})" if names else ""


def _asked(finding: Finding) -> str:
    """What it takes for the header to be written."""
    return "" if finding.status is Status.CHANGED else f"   (with --level {finding.level})"


def _steps(text: str) -> Iterator[str]:
    """A witness, one call a line: what is raised, and below it each call on the way."""
    first, *calls = text.split(" <- ")
    yield first
    yield from (f"<- {call}" for call in calls)


def render(explained: Explained) -> str:
    """The finding as JSON."""
    return msgspec.json.format(msgspec.json.encode(explained.finding), indent=2).decode() + "\n"
