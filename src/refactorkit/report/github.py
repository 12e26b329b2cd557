"""Plans as workflow commands of GitHub Actions, which become annotations.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-a-warning-message. GitHub
shows ten warnings, ten notices and ten errors of a step and drops the others, so the last line counts them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from refactorkit.model import Finding, Plan, Status
from refactorkit.report.rules import Rules
from refactorkit.report.sites import by_weight, counted, counts, rule, told
from refactorkit.visible import visible

MOST = 10
"""Annotations of one kind that GitHub shows of a step."""


def render(plans: Sequence[Plan], rules: Mapping[str, Rules], unwritten: Collection[str] = ()) -> str:
    """At most ten sites, the most important first, at most ten files that failed, and a summary.

    `unwritten` names the codemods whose plans were only looked at.
    """
    told_of = [(plan, finding) for plan in plans for finding in told(plan)]
    order = by_weight([finding for _, finding in told_of])
    weight = {id(finding): number for number, finding in enumerate(order)}
    told_of.sort(key=lambda item: weight[id(item[1])])
    lines: list[str] = []
    notices = 0
    for plan, finding in told_of[:MOST]:
        is_notice = finding.status is not Status.CHANGED
        if is_notice and notices == MOST - 1:  # the summary is a notice, too
            break
        notices += is_notice
        lines.append(_site(plan, finding, rules[plan.codemod]))
    failed = [(plan, failure) for plan in plans for failure in plan.failures]
    for plan, failure in failed[:MOST]:
        lines.append(_command("error", failure.error, file=failure.path, title=f"{plan.codemod} failed"))
    left = len(told_of) + len(failed) - len(lines)
    return "".join(f"{line}\n" for line in [*lines, *_summary(plans, unwritten, left)])


def _site(plan: Plan, finding: Finding, rules: Rules) -> str:
    message = finding.message
    advice = rules.advice.get(finding.reason or "")
    if advice:
        message += f"\n{advice}"
    place = {"line": str(max(1, finding.line))}
    if finding.end_line > finding.line:
        place["endLine"] = str(finding.end_line)
    else:
        place["col"] = str(finding.column + 1)
    kind = "warning" if finding.status is Status.CHANGED else "notice"
    return _command(kind, message, file=finding.path, **place, title=rule(plan, finding))


def _summary(plans: Sequence[Plan], unwritten: Collection[str], left: int) -> Iterator[str]:
    """One notice with a line for each codemod; what has nothing to say is an ordinary line of the log."""
    said = []
    is_quiet = True
    for plan in plans:
        verb = "would change" if plan.codemod in unwritten else "changed"
        what = f"{counted(len(plan.changes), 'file')} {verb}" if plan.changes else "nothing to change"
        failed = f", {counted(len(plan.failures), 'file')} failed" if plan.failures else ""
        said.append(f"{plan.codemod}: {what} ({counts(plan)}){failed}")
        is_quiet = is_quiet and not told(plan) and not plan.changes and not plan.failures
    if is_quiet:
        yield from said
        return
    if left:
        said.append(f"{left:,} more are not shown here: the formats sarif, markdown and json have them")
    yield _command("notice", "\n".join(said), title="refactorkit")


def _command(kind: str, message: str, **properties: str) -> str:
    """`::kind name=value,...::message`, escaped so that no value ends early and nothing begins a command of its own."""
    told_of = ",".join(f"{name}={_escaped(value, is_property=True)}" for name, value in properties.items())
    return f"::{kind} {told_of}::{_escaped(message)}"


def _escaped(text: str, is_property: bool = False) -> str:
    """The text as the runner decodes it; what a log's reader would obey is shown as escapes."""
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A", **({":": "%3A", ",": "%2C"} if is_property else {})}
    return "".join(escapes.get(character, character) for character in visible(text, keep="\r\n"))


__all__ = ["render"]
