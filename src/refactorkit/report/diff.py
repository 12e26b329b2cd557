"""A plan as a unified diff that `git apply` takes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from refactorkit.model import Change, Plan
from refactorkit.visible import visible

LINE = re.compile(r"[^\n]*(?:\n|\Z)")  # what git takes for a line: a lone carriage return ends none


def render(plan: Plan) -> str:
    """The diff of all changes, in path order."""
    return "".join(unified(change) for change in plan.changes)


def unified(change: Change) -> str:
    """One file's diff, with git's header for new and deleted files."""
    before, after = _lines(change.before), _lines(change.after)
    old = "/dev/null" if change.before is None else _quoted(f"a/{change.path}")
    new = "/dev/null" if change.after is None else _quoted(f"b/{change.path}")
    head = [f"diff --git {_quoted('a/' + change.path)} {_quoted('b/' + change.path)}\n"]
    if change.kind != "modified":
        head.append(f"{'new' if change.kind == 'added' else 'deleted'} file mode {change.mode}\n")
    body = list(difflib.unified_diff(before, after, old, new))
    return "".join([*head, *_marked(body)]) if body or change.kind != "modified" else ""


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "surrogateescape")
    return [match.group() for match in LINE.finditer(text) if match.group()]


def _marked(lines: list[str]) -> Iterator[str]:
    """The lines, with git's mark after one that has no line end."""
    for line in lines:
        if line.endswith("\n"):
            yield line
        else:
            yield line + "\n\\ No newline at end of file\n"


def _quoted(path: str) -> str:
    """A path as git writes it in a diff: in double quotes with escapes when it has odd characters."""
    if visible(path) == path and not re.search(r"[\"\\]", path):
        return path
    raw = path.encode("utf-8", "surrogateescape")
    escaped = "".join(
        {34: '\\"', 92: "\\\\", 9: "\\t", 10: "\\n"}.get(b, chr(b) if 32 <= b < 127 else f"\\{b:03o}")
        for b in raw
    )
    return f'"{escaped}"'
