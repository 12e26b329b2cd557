"""Plans as one document of the Reviewdog Diagnostic Format, with suggestions that can be taken in a review.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Lines are those of git, columns count bytes of UTF-8; a
range without columns holds its lines but for the last line end.

Each suggestion is a diagnostic of its own, because a forge shows a suggestion where its lines are. Those of one change
belong together, which their messages say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from refactorkit.model import Change, Finding, Plan, Status
from refactorkit.report.json import clean
from refactorkit.report.replacements import GIT, PYTHON, Replacement, replacements, texts
from refactorkit.report.rules import Rules
from refactorkit.report.sites import rule, stacked, told
from refactorkit.visible import visible

Json = dict[str, Any]
KINDS = {"added": "a new file", "deleted": "the file goes", "modified": "changed along with other places"}


def render(plans: Sequence[Plan], rules: Mapping[str, Rules]) -> str:
    """The document, on one line."""
    late = stacked(plans)
    found = [d for plan in plans for d in _diagnostics(plan, rules[plan.codemod], late[plan.codemod])]
    return clean({"source": {"name": "refactorkit"}, "diagnostics": found}) + "\n"


def _diagnostics(plan: Plan, rules: Rules, late: Collection[str]) -> Iterator[Json]:
    """The suggestions of the files that change, then the other sites and the files that failed."""
    findings = told(plan)
    if late and rules.is_one_change:  # a part of it was never proved
        late = {change.path for change in plan.changes}
    decoded = {c.path: None if c.path in late else _decoded(c) for c in plan.changes}
    hunks = {path: replacements(*both) for path, both in decoded.items() if both is not None}
    changed: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.status is Status.CHANGED:
            changed.setdefault(finding.path, []).append(finding)
    number, total = 0, sum(map(len, hunks.values()))
    shown: set[int] = set()
    for change in plan.changes:
        both = decoded[change.path]
        if both is None:
            continue
        lines = _git_lines(both[0])
        before = [match.group() for match in GIT.finditer(both[0]) if match.group()]
        sites = changed.get(change.path, [])
        if not rules.is_one_change:
            number, total = 0, len(hunks[change.path])
        for hunk in hunks[change.path]:
            number += 1
            its = [f for f in sites if _touches(hunk, lines(f.line), lines(f.end_line))]
            shown.update(map(id, its))
            yield _suggested(plan, change, hunk, its, before, (number, total))
    for finding in findings:
        if id(finding) not in shown:
            both = decoded.get(finding.path)
            lines = _git_lines(both[0] if both else "")
            yield _site(plan, finding, rules, (lines(finding.line), lines(finding.end_line)))
    yield from _without_sites(plan, hunks)


def _decoded(change: Change) -> tuple[str, str] | None:
    """The file before and after; None if it or its name is no UTF-8, as all that a suggestion says must be."""
    return texts(change, "utf-8") if _is_utf8(change.path) else None


def _is_utf8(path: str) -> bool:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace") == path


def _git_lines(text: str) -> Any:
    """A function from Python's number of a line to git's, which differ after a lone carriage return."""
    if not re.search(r"\r(?!\n)", text):
        return lambda number: max(1, number)
    starts = [match.start() for match in PYTHON.finditer(text)]
    return lambda number: 1 + text.count("\n", 0, starts[min(max(1, number), len(starts)) - 1])


def _touches(hunk: Replacement, first: int, last: int) -> bool:
    """Whether the lines are among those that are replaced, or next to where lines are put in."""
    if hunk.first == hunk.end:
        return first - 1 <= hunk.first <= last + 1
    return first < hunk.end and hunk.first <= last


def _suggested(
    plan: Plan,
    change: Change,
    hunk: Replacement,
    sites: Sequence[Finding],
    before: Sequence[str],
    place: tuple[int, int],
) -> Json:
    """One suggestion, at the place that it replaces, with what the sites there say."""
    said = list(dict.fromkeys(visible(f.message) for f in sites)) or [KINDS[change.kind]]
    number, total = place
    if total > 1:
        said.append(f"(part {number} of {total} of one change: take all of them or none)")
    suggestion = _suggestion(hunk, before)
    return {
        "message": "\n".join([f"{plan.codemod}: {said[0]}", *said[1:]]),
        "location": {"path": change.path, "range": suggestion["range"]},
        "severity": "WARNING",
        "code": {"value": plan.codemod},
        "suggestions": [suggestion],
    }


def _suggestion(hunk: Replacement, lines: Sequence[str]) -> Json:
    """The replaced range and its new text, by whole lines where they end as before: so that a forge can show it."""
    if (
        not hunk.old and lines and hunk.first > len(lines)
    ):  # behind the last line: there is no line to point at
        hunk = Replacement(first=len(lines), end=hunk.end, old=lines[-1], new=lines[-1] + hunk.new)
    old_end, new_end = _line_end(hunk.old), _line_end(hunk.new)
    text = hunk.new.removesuffix(new_end)
    if hunk.old and old_end == new_end and text:
        return {"range": {"start": {"line": hunk.first}, "end": {"line": hunk.end - 1}}, "text": text}
    start = {"line": hunk.first, "column": 1}
    if not hunk.old:
        return {"range": {"start": start, "end": start}, "text": hunk.new}
    if old_end == new_end or not old_end:  # up to the end of the last line, which stays
        last = hunk.old.removesuffix(old_end).rpartition("\n")[2]
        end = {"line": hunk.end - 1, "column": len(last.encode()) + 1}
        return {"range": {"start": start, "end": end}, "text": text if old_end else hunk.new}
    return {"range": {"start": start, "end": {"line": hunk.end, "column": 1}}, "text": hunk.new}


def _line_end(text: str) -> str:
    return "\r\n" if text.endswith("\r\n") else "\n" if text.endswith("\n") else ""


def _site(plan: Plan, finding: Finding, rules: Rules, lines: tuple[int, int]) -> Json:
    """A site without a suggestion: it was left alone, or its file is no UTF-8, which all suggestions are."""
    said = [f"{rule(plan, finding)}: {visible(finding.message)}", rules.advice.get(finding.reason or "", "")]
    return {
        "message": "\n".join(part for part in said if part),
        "location": {
            "path": finding.path, "range": {"start": {"line": lines[0]}, "end": {"line": lines[1]}},
        },
        "severity": "WARNING" if finding.status is Status.CHANGED else "INFO",
        "code": {"value": rule(plan, finding)},
    }  # fmt: skip


def _without_sites(plan: Plan, hunks: Mapping[str, Sequence[Replacement]]) -> Iterator[Json]:
    """Files that change without a suggestion or a site that says so, and files that failed."""
    named = {finding.path for finding in told(plan)}
    for change in plan.changes:
        if not hunks.get(change.path) and change.path not in named:
            yield _file(plan, change.path, KINDS[change.kind], "WARNING")
    for failure in plan.failures:
        yield _file(plan, failure.path, visible(failure.error), "ERROR")


def _file(plan: Plan, path: str, said: str, severity: str) -> Json:
    return {
        "message": f"{plan.codemod}: {said}",
        "location": {"path": path},
        "severity": severity,
        "code": {"value": plan.codemod},
    }


__all__ = ["render"]
