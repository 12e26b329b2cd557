"""Plans as one comment for a pull request: a summary, what failed, what was left alone, and the diffs, folded.

It begins with a hidden mark, by which a comment of an earlier run can be found. It is never longer than GitHub lets a
comment be, and nothing that it quotes can end a fold or a code block, mention a person or link an issue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from refactorkit.model import Change, Finding, Level, Plan, Status
from refactorkit.report.diff import unified
from refactorkit.report.replacements import encoding, texts, units
from refactorkit.report.rules import Rules
from refactorkit.report.sites import counted
from refactorkit.visible import visible

LIMIT = 65_536
"""Characters that a comment has at most on GitHub; GitLab takes a million."""
SPARE = 512
"""Of these, what is left for a line that whoever posts the comment adds, such as a link to the run."""
FEWEST = 1_000
"""Characters of a diff that are worth a fold of their own."""
ESCAPED = re.compile(r"[\\`*\[\]<>#|~&$@]|(?<![^\W_])_|_(?![^\W_])|:(?=[\w+-]+:)")
"""What GitHub's Markdown could take for something else than text; a colon can begin an emoji."""


def render(plans: Sequence[Plan], rules: Mapping[str, Rules], unwritten: Collection[str] = ()) -> str:
    """The comment. `unwritten` names the codemods whose plans were only looked at."""
    head = [mark(plans), _title(plans, unwritten), *_table(plans)]
    head += [part for plan in plans for part in _failures(plan)]
    head += _checks(plans)
    room = LIMIT - SPARE - _size(head)
    share = room // 4 // len(plans)
    ledgers: list[str] = []
    for plan in plans:
        ledgers += _changed(plan, share)
        ledgers += _left_alone(plan, rules[plan.codemod], share)
    room -= _size(ledgers)
    return "\n\n".join([*head, *ledgers, *_diffs(plans, room)]) + "\n"


def mark(plans: Sequence[Plan]) -> str:
    """The hidden first line, the same for every run of these codemods."""
    return f"<!-- refactorkit: {','.join(plan.codemod for plan in plans)} -->"


def _size(parts: Sequence[str]) -> int:
    """The length of the parts with a blank line behind each."""
    return sum(units(part) + 2 for part in parts)


def _title(plans: Sequence[Plan], unwritten: Collection[str]) -> str:
    files = len({change.path for plan in plans for change in plan.changes})
    if not files:
        return "### refactorkit: nothing to change"
    changing = [plan for plan in plans if plan.changes]
    if all(plan.codemod in unwritten for plan in changing):
        verb = "would change"
    else:  # what was rejected among them is said of its check
        verb = "changed on a branch" if any(plan.commit for plan in changing) else "changed"
    return f"### refactorkit: {counted(files, 'file')} {verb}"


def _table(plans: Sequence[Plan]) -> Iterator[str]:
    """What became of the sites: those changed by their level. Columns that say nothing are left out."""
    rows = []
    for plan in plans:
        levels = Counter(f.level for f in plan.findings if f.status is Status.CHANGED)
        status = Counter(f.status for f in plan.findings)
        changed = ", ".join(f"{levels[level]:,} {level}" for level in Level if levels[level])
        cells = {
            "codemod": f"`{plan.codemod}`",
            "files": _number(len(plan.changes)),
            "sites changed": changed or "none",
            "suggested": _number(status[Status.SUGGESTED]),
            "refused": _number(status[Status.REFUSED]),
            "suppressed": _number(status[Status.SUPPRESSED]),
            "files failed": _number(len(plan.failures)),
            "branch": f"<code>{_text(plan.branch)}</code>" if plan.commit and plan.branch else "",
        }
        rows.append(cells)
    names = [
        name for name in rows[0] if name in ("codemod", "sites changed") or any(row[name] for row in rows)
    ]
    align = ["---" if name in ("codemod", "sites changed", "branch") else "--:" for name in names]
    lines = [names, align, *([row[name] for name in names] for row in rows)]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(number: int) -> str:
    return f"{number:,}" if number else ""


def _failures(plan: Plan) -> Iterator[str]:
    if not plan.failures:
        return
    lines = [f"- {_code(failure.path)}: {_text(failure.error)}" for failure in plan.failures[:20]]
    if len(plan.failures) > 20:
        lines.append(f"- and {counted(len(plan.failures) - 20, 'more file')}")
    yield f"**Failed** in `{plan.codemod}`:\n\n" + "\n".join(lines)


def _checks(plans: Sequence[Plan]) -> Iterator[str]:
    """What was checked, said once where it is the same for every codemod, and each check that did not go well."""
    good = {plan.codemod: ", ".join(g.gate for g in plan.verification if g.ok) for plan in plans}
    said = set(good.values())
    if len(said) == 1:
        lines = [f"Checked: {text}." for text in said if text]
    else:
        lines = [f"Checked `{codemod}`: {text}." for codemod, text in good.items() if text]
    for plan in plans:
        for gate in plan.verification:
            if not gate.ok:
                detail = gate.detail.removeprefix("not run: ")[:500]
                name = _text(gate.gate)
                what = f"**{name} failed**" if gate.ok is False else f"{name} not run"
                lines.append(f"{what} for `{plan.codemod}`: {_text(detail)}")
    if lines:
        yield "<br>\n".join(lines)


def _left_alone(plan: Plan, rules: Rules, room: int) -> Iterator[str]:
    """The ledger of what was not changed, reason by reason, in at most so many characters."""
    left = [f for f in plan.findings if f.status in (Status.REFUSED, Status.SUGGESTED)]
    by_reason: dict[str, list[Finding]] = {}
    for finding in left:
        by_reason.setdefault(finding.reason or "", []).append(finding)
    groups = []
    for reason, group in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        advice = _prose(rules.advice.get(reason, ""))
        groups.append((f"**{_text(reason)}** ({counted(len(group), 'site')}): {advice}", group))
    if left:
        yield _ledger(f"{plan.codemod}: {counted(len(left), 'site')} left alone", groups, room)


def _changed(plan: Plan, room: int) -> Iterator[str]:
    """Why each changed site may change, in at most so many characters."""
    changed = [f for f in plan.findings if f.status is Status.CHANGED]
    if changed:
        yield _ledger(f"{plan.codemod}: {counted(len(changed), 'site')} changed", [("", changed)], room)


def _ledger(title: str, groups: Sequence[tuple[str, Sequence[Finding]]], room: int) -> str:
    """A fold of tables, each below what is said of its sites; the last line counts those that have no room."""
    parts = [f"<details>\n<summary>{title}</summary>"]
    room -= units(parts[0]) + 200
    unsaid = 0
    for said, group in groups:
        lines = ["| site | finding |", "| --- | --- |", *map(_row, group)]
        used = units(said) + sum(units(line) + 1 for line in lines) + 4
        shown = len(lines)
        while shown > 2 and used > room:
            shown -= 1
            used -= units(lines[shown]) + 1
        unsaid += len(lines) - shown
        if shown > 2:
            parts += [*filter(None, [said]), "\n".join(lines[:shown])]
            room -= used
    if unsaid:
        parts.append(f"And {counted(unsaid, 'more site')}, which `--output-format json` lists.")
    return "\n\n".join([*parts, "</details>"])


def _row(finding: Finding) -> str:
    return f"| {_code(f'{finding.path}:{finding.line}')} | {_text(finding.message)} |"


def _diffs(plans: Sequence[Plan], room: int) -> Iterator[str]:
    """The diffs, sources first; where they don't fit, long ones are cut, and a line says how to see the rest."""
    changes = [(plan, change) for plan in plans for change in plan.changes]
    changes.sort(key=lambda item: (plans.index(item[0]), not item[1].path.endswith((".py", ".pyi"))))
    folds = [_fold(plan, change, len(plans) > 1) for plan, change in changes]
    if _size(folds) <= room:
        yield from folds
        return
    hint = "\n".join(["All of it:", "", "```", *map(_command, plans), "```"])
    room -= units(hint) + 2 + 100
    left = 0
    for number, (plan, change) in enumerate(changes):
        fold = folds[number]
        most = room if number == len(changes) - 1 else room // 2
        if units(fold) + 2 > most:
            fold = _fold(plan, change, len(plans) > 1, most) if most > FEWEST else ""
        left += not fold
        room -= units(fold) + 2 if fold else 0
        if fold:
            yield fold
    more = (
        f", and {counted(left, 'more file')} change"
        if left > 1
        else ", and 1 more file changes"
        if left
        else ""
    )
    yield f"Not all of the diff fits here{more}. {hint}"


def _command(plan: Plan) -> str:
    if plan.commit and plan.branch:
        return f"git diff HEAD...{visible(plan.branch)}"
    return f"refactorkit apply {plan.codemod} . --dry-run --output-format diff"


def _fold(plan: Plan, change: Change, with_name: bool, most: int | None = None) -> str:
    """One file's diff, folded, and cut to `most` characters; empty if nothing of it fits."""
    rows = _diff(change).split("\n")[:-1]
    added = sum(row.startswith("+") for row in rows)
    removed = sum(row.startswith("-") for row in rows)
    rows = rows[rows[0].startswith("diff ") if rows else 0 :]
    counts = f"+{max(0, added - 1)} −{max(0, removed - 1)}"  # noqa: RUF001  (a minus sign, as wide as the plus)
    about = [change.kind] if change.kind != "modified" else []
    about += [plan.codemod] if with_name else []
    said = f" ({', '.join(about)})" if about else ""
    head = f"<details>\n<summary>{_code(change.path)} {counts}{said}</summary>"
    longest = max((len(run) for row in rows for run in re.findall("`{3,}", row)), default=2)
    fence = "`" * (longest + 1)
    cut = "... the rest of this diff does not fit here"
    frame = units("\n\n".join([head, f"{fence}diff\n\n{fence}", "</details>"])) + units(cut) + 4
    if most is not None:
        kept, used = 0, frame
        while kept < len(rows) and used + units(rows[kept]) + 1 <= most:
            used += units(rows[kept]) + 1
            kept += 1
        if kept < min(5, len(rows)):
            return ""
        rows = [*rows[:kept], cut]
    return "\n\n".join([head, "\n".join([f"{fence}diff", *rows, fence]), "</details>"])


def _diff(change: Change) -> str:
    """The diff as it can be read: in the file's own encoding, without carriage returns where every line has one."""
    decoded = texts(change, encoding(change))
    if decoded is not None:
        sides = [
            None if data is None else text
            for data, text in zip((change.before, change.after), decoded, strict=True)
        ]
        if all(text.count("\n") == text.count("\r\n") for text in decoded):
            sides = [text and text.replace("\r\n", "\n") for text in sides]
        before, after = (None if text is None else text.encode() for text in sides)
        change = msgspec.structs.replace(change, before=before, after=after)
    return visible(unified(change), keep="\n\t")


def _code(text: str) -> str:
    return f"<code>{_text(text, in_code=True)}</code>"


def _text(text: str, in_code: bool = False) -> str:
    """The text as nothing but text. Outside of code, at signs and number signs are kept from what follows them."""

    def escaped(match: re.Match[str]) -> str:
        gap = "&#8203;" if match[0] in "@#" and not in_code else ""
        return f"&#{ord(match[0])};{gap}"

    return ESCAPED.sub(escaped, visible(text))


def _prose(text: str) -> str:
    """Documentation, in which backquotes enclose code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one is open
        return _text(text)
    return "".join(_code(part) if number % 2 else _text(part) for number, part in enumerate(parts))


__all__ = ["LIMIT", "mark", "render"]
