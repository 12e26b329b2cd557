"""A plan for people: the diff, the ledger and how to go on."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from refactorkit.model import Change, Finding, Plan, Skipped, Status
from refactorkit.recipe import PRECONDITION
from refactorkit.report.diff import unified
from refactorkit.report.page import (
    CYAN,
    GREEN,
    ORANGE,
    RED,
    Console,
    Part,
    Row,
    blank,
    columns,
    line,
    say,
    table,
)

STYLES = {
    Status.CHANGED: GREEN,
    Status.SUGGESTED: CYAN,
    Status.REFUSED: ORANGE,
    Status.SUPPRESSED: "",
    Status.UNCHANGED: "",
}
ORDER = list(STYLES)

LONG = 40
"""Sites left alone for one reason are counted, not listed, when there are more: nobody reads on."""


def write(
    console: Console,
    plan: Plan,
    dry_run: bool,
    shows_diff: bool = True,
    steps: bool = True,
    new_file_lines: int | None = None,
) -> None:
    """Print a plan: its diff, what became of every site and why, what was verified, and the next commands.

    `steps` False leaves the next commands out; of a file that is added at most `new_file_lines` lines are shown.
    """
    left_out = next((gate.detail for gate in plan.verification if gate.gate == PRECONDITION), None)
    if left_out is not None:
        line(console, [(plan.codemod, "bold"), f": left out, as its recipe asks: {left_out}"])
        return
    if shows_diff and plan.changes:
        for change in sorted(plan.changes, key=lambda c: (not c.path.endswith((".py", ".pyi")), c.path)):
            _diff(console, change, new_file_lines)
        blank(console)
    _headline(console, plan, dry_run)
    for status in ORDER:
        _section(console, status, [f for f in plan.findings if f.status is status], plan)
    _problems(console, plan)
    _gates(console, plan)
    if steps and plan.changes:
        _next_steps(console, plan, dry_run)


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _diff(console: Console, change: Change, new_file_lines: int | None) -> None:
    """The diff as it is, line by line: outside of a terminal `git apply` takes it."""
    rows = unified(change).split("\n")[:-1]
    left = 0
    if new_file_lines is not None and change.kind == "added" and len(rows) > new_file_lines + 5:
        left = len(rows) - new_file_lines - 5
        rows = rows[: new_file_lines + 5]
    for row in rows:
        line(console, [_coloured(row)], is_data=True)
    if left:
        line(console, [(f"... and {count(left, 'more line')}", "dim")])


def _coloured(row: str) -> Part:
    if row.startswith(("---", "+++", "diff ", "new file", "deleted file")):
        return row, "bold"
    return row, {"@": CYAN, "+": GREEN, "-": RED}.get(row[:1], "")


def _headline(console: Console, plan: Plan, dry_run: bool) -> None:
    sites = Counter(finding.status for finding in plan.findings)
    told = ", ".join(f"{sites[status]} {status}" for status in ORDER if sites[status])
    what = f"{count(sites.total(), 'site')}: {told}" if told else "no sites"
    if not plan.changes:
        verb = "nothing to change"
    else:
        verb = f"{count(len(plan.changes), 'file')} {'would change' if dry_run else 'changed'}"
    line(console, [(plan.codemod, "bold"), f": {verb} ({what})"])


def _section(console: Console, status: Status, findings: Sequence[Finding], plan: Plan) -> None:
    """The findings of one status, file by file: those with evidence first, then what follows from them."""
    files = [c for c in plan.changes if not c.findings] if status is Status.CHANGED else []
    if not findings and not files:
        return
    blank(console)
    line(console, [(status, f"bold {STYLES[status]}")])
    often = Counter(
        f.reason for f in findings if f.reason and status not in (Status.CHANGED, Status.SUGGESTED)
    )
    many = {reason for reason, number in often.items() if number > LONG}
    listed = [f for f in findings if f.reason not in many]
    is_cause = bool if any(f.evidence for f in findings) else lambda _: True
    groups = [(path, [_row(f, is_cause(f.evidence)) for f in group]) for path, group in _by_file(listed)]
    widths = columns([row for _, rows in groups for row in rows])
    for path, rows in groups:
        line(console, ["  ", (path, "bold")])
        table(console, rows, "    ", widths)
    for change in files:
        line(console, ["  ", (change.path, "bold"), f"  {change.kind}"])
    if many:
        _counted(console, status, [f for f in findings if f.reason in many])
    if status is Status.REFUSED and any(f.reason for f in findings):
        say(console, f"`refactorkit explain {plan.codemod}` says what each reason asks for.", "  ", "dim")


def _by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file; files with evidence before those that only follow, and so within a file."""
    groups = [(path, list(group)) for path, group in groupby(findings, lambda f: f.path)]
    groups.sort(key=lambda item: not any(f.evidence for f in item[1]))
    for path, group in groups:
        yield path, sorted(group, key=lambda f: not f.evidence)


def _row(finding: Finding, is_cause: bool) -> Row:
    style = STYLES[finding.status]
    reason = "" if finding.reason in (None, finding.status) else str(finding.reason)
    head: tuple[Part, ...] = (str(finding.line), str(finding.evidence.get("field", "")), (reason, style))
    while len(head) > 1 and head[-1] in ("", ("", style)):
        head = head[:-1]
    return Row(head, finding.message, "" if is_cause else "dim", right=True)


def _counted(console: Console, status: Status, findings: Sequence[Finding]) -> None:
    """Many sites of one reason: how many, and where the list is."""
    rows = []
    for reason, number in Counter(f.reason for f in findings).most_common():
        files = len({f.path for f in findings if f.reason == reason})
        rows.append(
            Row(((str(reason), STYLES[status]),), f"{count(number, 'site')} in {count(files, 'file')}")
        )
    table(console, rows, "  ")
    say(console, "--output-format json lists each of them.", "  ", "dim")


def _problems(console: Console, plan: Plan) -> None:
    skipped = [(o.path, o.reason) for o in plan.outcomes if isinstance(o, Skipped)]
    often = Counter(reason for _, reason in skipped)
    many = [Row((count(n, "file"),), reason) for reason, n in often.most_common() if n > LONG]
    few = [Row((path,), reason) for path, reason in skipped if often[reason] <= LONG]
    failed = [Row((f.path,), f.error) for f in plan.failures]
    for title, style, rows in (("skipped", "bold", [*many, *few]), ("failed", f"bold {RED}", failed)):
        if rows:
            blank(console)
            line(console, [(title, style)])
            table(console, rows, "  ")


def _gates(console: Console, plan: Plan) -> None:
    if not plan.verification:
        return
    blank(console)
    line(console, [("verified", "bold")])
    marks = {True: ("ok", GREEN), False: ("failed", RED), None: ("not run", ORANGE)}
    table(console, [Row((gate.gate, marks[gate.ok]), gate.detail) for gate in plan.verification], "  ")


def _next_steps(console: Console, plan: Plan, dry_run: bool) -> None:
    blank(console)
    if plan.commit is None:
        say(console, "Nothing was written." if dry_run else "The files were changed in place.")
        return
    branch = plan.branch or ""
    line(console, ["Committed ", (plan.commit[:10], "bold"), " on ", (branch, "bold"), ". To go on:"])
    word = shlex.quote(branch)
    steps = (
        (f"git diff HEAD...{word}", "look at it"),
        (f"git switch {word}", "try it"),
        (f"git push -u origin {word}", "share it"),
        (f"git branch -D {word}", "drop it"),
    )
    width = max(len(step) for step, _ in steps)
    for step, what in steps:
        line(console, [f"  {step.ljust(width)}   ", (f"# {what}", "dim")])


__all__ = ["count", "line", "say", "write"]
