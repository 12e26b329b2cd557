"""The dashboard: one issue that lists what is open, closed, waiting and failed, with boxes to ask for it all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refactorkit.bot.body import code, plain
from refactorkit.bot.rows import Row, State
from refactorkit.forge import Forge, Issue

MARK = "<!-- refactorkit:dashboard -->"
TITLE = "Refactorkit dashboard"
BOX = re.compile(r"- \[[xX]\] <!-- refactorkit:retry ([0-9a-f]{16}/\d+) -->")
MOST = 60
"""Lines of a group: GitHub takes 65,536 characters."""
GROUPS = (
    ("Open", (State.OPENED, State.UPDATED, State.UNCHANGED)),
    ("Closed by somebody", (State.DECLINED,)),
    ("Waiting", (State.WAITING,)),
    ("Failed", (State.FAILED, State.FOREIGN)),
)
WORDS = {
    "Closed by somebody": "They are not opened again. Tick a box to have one opened all the same.",
    "Waiting": "They are opened when others are done. Tick a box to have one opened by the next pass.",
    "Failed": "Each pass tries them again.",
}


def box(fingerprint: str, number: int) -> str:
    """What a box is known by: the question, and the pull request that was closed (0: none was)."""
    return f"{fingerprint[:16]}/{number}"


def ticked(issues: Sequence[Issue]) -> frozenset[str]:
    """The boxes that somebody ticked."""
    return frozenset(found for issue in issues for found in BOX.findall(issue.body))


def find(forge: Forge, label: str) -> tuple[Issue, ...]:
    """The dashboards, oldest first. There is one, unless two bots began at once."""
    return tuple(issue for issue in forge.issues(label) if MARK in issue.body)


def render(rows: Sequence[Row]) -> str:
    """The text of the issue: the same for the same state of affairs."""
    lines = [MARK, "What the refactoring bot has to say about this repository."]
    for title, states in GROUPS:
        chosen = sorted((row for row in rows if row.state in states), key=lambda row: row.branch)
        if not chosen:
            continue
        lines += ["", f"### {title}", ""]
        if title in WORDS:
            lines += [WORDS[title], ""]
        lines += [_line(row) for row in chosen[:MOST]]
        if len(chosen) > MOST:
            lines.append(f"- and {len(chosen) - MOST} more")
    if len(lines) == 2:
        lines += ["", "There is nothing to refactor at the moment."]
    return "\n".join(lines)


def _line(row: Row) -> str:
    what = f"[{plain(row.title or row.branch)}]({row.url})" if row.url else plain(row.title or row.branch)
    detail = f": {plain(row.detail)}" if row.detail else ""
    is_offered = row.state in (State.DECLINED, State.WAITING) and row.fingerprint
    mark = f"[ ] <!-- refactorkit:retry {box(row.fingerprint, row.number)} --> " if is_offered else ""
    return f"- {mark}{what} ({code(row.branch)}){detail}"


def write(forge: Forge, issues: Sequence[Issue], rows: Sequence[Row], label: str) -> None:
    """Bring the issue up to date: nothing is written when it is. Raises ForgeError."""
    text = render(rows)
    if not issues:
        if any(row.state in states for row in rows for _, states in GROUPS):
            forge.open_issue(TITLE, text, label)
        return
    first, *others = issues
    if first.body.replace("\r\n", "\n").strip() != text.strip():
        forge.update_issue(first.number, text)
    for other in others:
        if other.is_open:
            forge.update_issue(other.number, f"{MARK}\nThis is a copy of {first.url}.", close=True)


__all__ = ["box", "find", "render", "ticked", "write"]
