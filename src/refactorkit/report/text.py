"""A plan for people: the diff, the ledger and how to go on. Colour only where the terminal shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from refactorkit.model import Finding, Plan, Skipped, Status
from refactorkit.report.diff import unified

STYLES = {
    Status.CHANGED: "green",
    Status.SUGGESTED: "cyan",
    Status.REFUSED: "yellow",
    Status.SUPPRESSED: "bright_black",
    Status.UNCHANGED: "bright_black",
}
ORDER = list(STYLES)


def write(console: Console, plan: Plan, dry_run: bool, shows_diff: bool = True) -> None:
    """Print a plan: its diff, what was left and why, what was verified, and the next commands."""
    if shows_diff:
        for change in plan.changes:
            for row in unified(change).splitlines():
                console.print(_coloured(row), soft_wrap=True)
        if plan.changes:
            console.print()
    console.print(_headline(plan, dry_run), soft_wrap=True)
    for part in (_ledger(plan.findings), _problems(plan), _gates(plan)):
        for line in part:
            console.print(line, soft_wrap=True)
    for line in _next_steps(plan, dry_run):
        console.print(line, soft_wrap=True)


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _coloured(line: str) -> Text:
    style = ""
    if line.startswith(("---", "+++", "diff ", "new file", "deleted file")):
        style = "bold"
    elif line.startswith("@@"):
        style = "cyan"
    elif line.startswith(("+", "-")):
        style = "green" if line[0] == "+" else "red"
    return Text(line, style)


def _headline(plan: Plan, dry_run: bool) -> Text:
    sites = Counter(finding.status for finding in plan.findings)
    what = ", ".join(f"{sites[status]} {status}" for status in ORDER if sites[status]) or "no sites"
    if not plan.changes:
        verb = "nothing to change"
    elif dry_run:
        verb = f"{count(len(plan.changes), 'file')} would change"
    else:
        verb = f"{count(len(plan.changes), 'file')} changed"
    return Text.assemble((f"{plan.codemod}", "bold"), f": {verb} ({what})")


def _ledger(findings: Sequence[Finding]) -> Iterator[Text]:
    """The findings by status, in columns: place, reason, message."""
    for status in ORDER:
        chosen = [finding for finding in findings if finding.status is status]
        if not chosen:
            continue
        yield Text(f"\n{status}", f"bold {STYLES[status]}")
        places = [f"{finding.path}:{finding.line}" for finding in chosen]
        width = max(map(len, places))
        reasons = max(len(finding.reason or "") for finding in chosen)
        for place, finding in zip(places, chosen, strict=True):
            parts: list[str | tuple[str, str]] = [f"  {place.ljust(width)}  "]
            if reasons:
                parts.append((f"{(finding.reason or '').ljust(reasons)}  ", STYLES[status]))
            yield Text.assemble(*parts, finding.message)


def _problems(plan: Plan) -> Iterator[Text]:
    skipped = [outcome for outcome in plan.outcomes if isinstance(outcome, Skipped)]
    if skipped:
        yield Text("\nskipped", "bold")
        yield from (Text(f"  {s.path}  {s.reason}") for s in skipped)
    if plan.failures:
        yield Text("\nfailed", "bold red")
        yield from (Text(f"  {f.path}  {f.error}") for f in plan.failures)


def _gates(plan: Plan) -> Iterator[Text]:
    if plan.verification:
        yield Text("\nverified", "bold")
    marks = {True: ("ok", "green"), False: ("failed", "red"), None: ("not run", "yellow")}
    width = max((len(v.gate) for v in plan.verification), default=0)
    for line in plan.verification:
        word, style = marks[line.ok]
        yield Text.assemble("  ", line.gate.ljust(width), "  ", (word.ljust(7), style), "  ", line.detail)


def _next_steps(plan: Plan, dry_run: bool) -> Iterator[Text]:
    if not plan.changes:
        return
    yield Text("")
    if plan.commit is None:
        yield Text("Nothing was written." if dry_run else "The files were changed in place.")
        return
    yield Text.assemble(
        "Committed ", (plan.commit[:10], "bold"), " on ", (plan.branch or "", "bold"), ". To go on:"
    )
    steps = (
        (f"git diff HEAD...{plan.branch}", "look at it"),
        (f"git switch {plan.branch}", "try it"),
        (f"git push -u origin {plan.branch}", "share it"),
        (f"git branch -D {plan.branch}", "drop it"),
    )
    width = max(len(step) for step, _ in steps)
    for step, what in steps:
        yield Text(f"  {step.ljust(width)}   # {what}")
