"""Plans as one GitLab Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from refactorkit.model import Finding, Level, Plan, Status
from refactorkit.report.json import clean
from refactorkit.report.rules import Rules
from refactorkit.report.sites import fingerprints, rule, told
from refactorkit.visible import visible

SEVERITY = {Status.CHANGED: "minor"}
"""How a changed site counts; all others are `info`."""


def render(plans: Sequence[Plan], rules: Mapping[str, Rules]) -> str:
    """The report: an array of all codemods' sites. GitLab shows only the first of those with equal fingerprints."""
    issues = [issue for plan in plans for issue in _issues(plan, rules[plan.codemod])]
    return clean(issues) + "\n"


def _issues(plan: Plan, rules: Rules) -> Iterator[dict[str, Any]]:
    findings = told(plan)
    for finding, name in zip(findings, fingerprints(plan, findings), strict=True):
        yield _issue(finding, rule(plan, finding), name, rules)
    failed = [
        Finding(
            path=failure.path, line=1, column=0, end_line=1, status=Status.REFUSED, level=Level.BOUNDARY,
            reason="failed", message=failure.error,
        )
        for failure in plan.failures
    ]  # fmt: skip
    for finding, name in zip(failed, fingerprints(plan, failed), strict=True):
        yield {**_issue(finding, rule(plan, finding), name, rules), "severity": "major"}


def _issue(finding: Finding, name: str, fingerprint: str, rules: Rules) -> dict[str, Any]:
    advice = rules.advice.get(finding.reason or "", "")
    return {
        "description": f"{name}: {visible(finding.message)}",
        "check_name": name,
        "content": {"body": advice or rules.summary},
        "fingerprint": fingerprint,
        "severity": SEVERITY.get(finding.status, "info"),
        "location": {
            "path": finding.path,
            "lines": {"begin": max(1, finding.line), "end": max(1, finding.line, finding.end_line)},
        },
    }
