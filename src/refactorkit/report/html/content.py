"""What the page shows, as plain data: plans with their files, hunks, findings and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from refactorkit import catalogue, model
from refactorkit.config import ConfigError
from refactorkit.model import Change, Failed, Finding, Plan, Skipped, Status, Unchanged
from refactorkit.report.html.bodies import Bodies
from refactorkit.report.html.colours import Coloured, Line
from refactorkit.report.hunks import Hunk, home, hunks, lines_of
from refactorkit.selection import LINE, choices, reviewed, site_of
from refactorkit.visible import visible

LONGEST = 400
"""Rows of a hunk beyond which the rest is only counted: the whole of a new file is in the branch."""

Row = tuple[str, int, int, str, str]
"""Its sign (` `, `-` or `+`), its line before and after (0 for none), its text and its tokens."""


class ShownHunk(Struct, frozen=True, kw_only=True):
    """A place where a file changes; `first` and `last` are its lines before the change (`last` < `first` for none)."""

    first: int
    last: int
    rows: list[Row]
    left_out: int = 0


class Group(Struct, kw_only=True):
    """What is shown together: a hunk, and the findings in it; or a finding of which nothing changes."""

    hunk: ShownHunk | None
    findings: list[dict[str, Any]]


class File(Struct, frozen=True, kw_only=True):
    """One file of one plan. `name` is its path as it may be shown, `kind` what becomes of it."""

    path: str
    name: str
    kind: str
    codemod: int
    groups: list[Group]


def content(plans: Sequence[Plan], folder: Path | None = None) -> dict[str, Any]:
    """All that the page's script is given. `folder` holds local codemods."""
    return {
        "base": next((plan.base for plan in plans), None),
        "codemods": [_codemod(plan, folder) for plan in plans],
        "files": [to_builtins(file) for n, plan in enumerate(plans) for file in _files(plan, n)],
    }


def _codemod(plan: Plan, folder: Path | None) -> dict[str, Any]:
    asked = reviewed(plan)
    return {
        "id": plan.codemod,
        "version": plan.version,
        "options": asked.options,
        "branch": visible(plan.branch or ""),
        "reasons": _reasons(plan, folder),
        "verification": [
            {"gate": v.gate, "ok": v.ok, "detail": visible(v.detail)} for v in plan.verification
        ],
    }


def _reasons(plan: Plan, folder: Path | None) -> dict[str, str]:
    """What each reason code that occurs means, from its docstring."""
    occurring = {f.reason for f in plan.findings if f.reason}
    texts = catalogue.attribute_docstrings(Path(model.__file__), model.Reason.__name__)
    known = {str(code): texts.get(code.name, "") for code in model.Reason}
    with suppress(ConfigError):  # a codemod of a folder that isn't known here: its codes are shown without
        known |= {reason.code: reason.help for reason in catalogue.reasons(plan.codemod, folder)}
    return {visible(code): visible(known[code]) for code in sorted(occurring & set(known))}


def _files(plan: Plan, codemod: int) -> Iterator[File]:
    chosen = {(f.path, f.line): f for f in choices(plan)}
    for outcome in plan.outcomes:
        if isinstance(outcome, Change):
            groups = _changed(plan, outcome, chosen)
            kind = outcome.kind
        elif isinstance(outcome, Unchanged):
            groups = [Group(hunk=None, findings=[_finding(f, None)]) for f in _sorted(outcome.findings)]
            kind = ""
        elif isinstance(outcome, Failed | Skipped):
            kind = "failed" if isinstance(outcome, Failed) else "skipped"
            said = outcome.error if isinstance(outcome, Failed) else outcome.reason
            groups = [Group(hunk=None, findings=[_problem(kind, said)])]
        if groups:
            yield File(
                path=outcome.path, name=visible(outcome.path), kind=kind, codemod=codemod, groups=groups
            )


def _sorted(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.line, not f.evidence, f.column))


def _problem(kind: str, said: str) -> dict[str, Any]:
    """A file that couldn't be worked on, in the shape of a finding."""
    return {
        "line": 0, "end": 0, "status": kind, "level": "", "reason": "", "message": visible(said), "evidence": {},
    }  # fmt: skip


def _changed(plan: Plan, change: Change, chosen: dict[tuple[str, int], Finding]) -> list[Group]:
    """The hunks of a file with what was found there, and between them the findings of which nothing changes."""
    found = hunks(change)
    groups = [Group(hunk=hunk, findings=[]) for hunk in _shown_hunks(change, found)]
    alone: list[Group] = []
    before = LINE.split(change.before or b"")
    bodies = Bodies(change)
    for finding in _sorted(change.findings):
        is_choice = chosen.get((finding.path, finding.line)) is finding
        digest = site_of(plan, finding, before).digest if is_choice else None
        shown = _finding(finding, digest)
        halves = bodies.of(finding) if finding.status is Status.CHANGED else None
        if halves:
            shown["bodies"] = halves
        at = home(found, finding) if finding.status is Status.CHANGED else None
        if at is None:
            alone.append(Group(hunk=None, findings=[shown]))
        else:
            groups[at].findings.append(shown)
    return sorted([*groups, *alone], key=_place)


def _place(group: Group) -> tuple[int, int]:
    line = group.hunk.first if group.hunk else group.findings[0]["line"]
    return line, min((f["line"] for f in group.findings), default=0)


def _finding(finding: Finding, digest: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "line": finding.line,
        "end": finding.end_line,
        "status": finding.status.value,
        "level": finding.level.value,
        "reason": visible(finding.reason or ""),
        "message": visible(finding.message),
        "evidence": _shown(to_builtins(finding.evidence)),
    }
    return shown if digest is None else {**shown, "digest": digest}


def _shown(value: Any) -> Any:
    """Evidence whose texts may be shown."""
    if isinstance(value, str):
        return visible(value, keep="\n\t")
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, dict):
        return {_shown(str(key)): _shown(item) for key, item in value.items()}
    return value


def _shown_hunks(change: Change, found: Sequence[Hunk]) -> Iterator[ShownHunk]:
    is_python = change.path.endswith((".py", ".pyi"))
    old, new = (Coloured(lines_of(data or b""), is_python) for data in (change.before, change.after))
    for hunk in found:
        rows = list(_rows(hunk.steps, old, new)) if hunk.steps else []
        left_out = max(len(rows) - LONGEST, 0)
        yield ShownHunk(first=hunk.first, last=hunk.last, rows=rows[:LONGEST], left_out=left_out)


def _rows(steps: Sequence[tuple[str, int, int, int, int]], old: Coloured, new: Coloured) -> Iterator[Row]:
    start = steps[0][1]
    before = old(start, steps[-1][2])
    for tag, i1, i2, j1, j2 in steps:
        if tag == "equal":
            for n in range(i2 - i1):
                yield " ", i1 + n + 1, j1 + n + 1, *_texts(before[i1 + n - start])
            continue
        for n in range(i1, i2):
            yield "-", n + 1, 0, *_texts(before[n - start])
        for n, line in enumerate(new(j1, j2), j1):
            yield "+", 0, n + 1, *_texts(line)


def _texts(line: Line) -> tuple[str, str]:
    return line.text, line.runs
