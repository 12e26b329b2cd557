"""Plans as one SARIF 2.1.0 log: a run for each codemod, and its fixes inside.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub reads of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

A fix is what was proved: the change of a file, or of all files where the codemod looked at the project as a whole. It
stands at the first site that it changes; the others point there. So every fix can be applied by itself, and all of
them together are the plan.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

import msgspec

from refactorkit.model import Change, Finding, Level, Plan, Skipped, Status
from refactorkit.report.json import clean
from refactorkit.report.replacements import encoding, stretches, texts, units
from refactorkit.report.rules import Rules
from refactorkit.report.sites import by_weight, counted, fingerprints, rule, stacked, told
from refactorkit.visible import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 25_000
"""Results that GitHub takes in a run; it refuses a log with more."""
ROOT = "%SRCROOT%"
Json = dict[str, Any]


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """The changes that are one fix, the site that it stands at, and how many sites it changes.

    It `fits` unless another codemod has to change one of the files first.
    """

    changes: tuple[Change, ...]
    site: Finding
    sites: int
    fits: bool


def render(plans: Sequence[Plan], rules: Mapping[str, Rules]) -> str:
    """The log, on one line."""
    late = stacked(plans)
    runs = [_run(plan, rules[plan.codemod], late[plan.codemod]) for plan in plans]
    return clean({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}) + "\n"


def _run(plan: Plan, rules: Rules, late: Collection[str]) -> Json:
    findings = [*told(plan), *(f for f in plan.findings if f.status is Status.SUPPRESSED)]
    left = max(0, len(findings) - MOST)
    if left:
        findings = by_weight(findings)[:MOST]
    fixes = _fixes(plan, rules, findings, late)
    at = {change.path: fix for fix in fixes for change in fix.changes}
    findings += [fix.site for fix in fixes if not fix.sites]
    used = sorted({rule(plan, finding) for finding in findings} | {plan.codemod})
    before = {change.path: _before(change) for change in plan.changes}
    results = []
    for finding, name in zip(findings, fingerprints(plan, findings), strict=True):
        result = _result(finding, before.get(finding.path), at.get(finding.path))
        result["ruleId"] = rule(plan, finding)
        result["ruleIndex"] = used.index(result["ruleId"])
        result["partialFingerprints"] = {"refactorkitSite/v1": name}
        results.append(result)
    sites = {status: sum(f.status is status for f in plan.findings) for status in Status}
    return {
        "tool": {"driver": {**_driver(), "rules": [_rule(name, rules) for name in used]}},
        "automationDetails": {"id": f"refactorkit/{plan.codemod}/"},
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "defaultEncoding": "utf-8",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder of the repository."}}},
        "artifacts": [*_artifacts(plan)],
        "invocations": [
            {
                "executionSuccessful": not plan.failures,
                "toolExecutionNotifications": [*_notifications(plan, left)],
            }
        ],
        "results": results,
        "properties": {
            "codemod": plan.codemod, "version": plan.version, "options": plan.options, "base": plan.base,
            "branch": plan.branch, "commit": plan.commit, "sites": sites, "tools": plan.tools,
        },
    }  # fmt: skip


def _driver() -> Json:
    try:
        return {"name": "refactorkit", "version": version("refactorkit")}
    except PackageNotFoundError:
        return {"name": "refactorkit"}


def _rule(name: str, rules: Rules) -> Json:
    """What a rule means: the codemod's documentation, or what a reason code asks for."""
    reason = name.removeprefix(rules.codemod).removeprefix(".")
    if reason:
        advice = rules.advice.get(reason) or f"`refactorkit explain {rules.codemod}` says more."
        short, text = f"{rules.codemod} leaves the site alone: {reason}", advice
        level, kind = "note", "recommendation"
    else:
        short, text, level, kind = rules.summary, rules.text, "warning", "warning"
    return {
        "id": name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": text.partition("\n\n")[0]},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["refactoring"], "precision": "very-high", "problem.severity": kind},
    }


def _artifacts(plan: Plan) -> Iterator[Json]:
    """The encodings of the files that change."""
    for change in plan.changes:
        encoded = encoding(change)
        if encoded is not None and change.path.endswith((".py", ".pyi")):
            told = encoded.removesuffix("-sig")  # the name that the registry of character sets has
            yield {"location": _artifact(change.path), "encoding": told, "sourceLanguage": "python"}


def _notifications(plan: Plan, left: int) -> Iterator[Json]:
    """What is no result: files that failed or were skipped, checks, and results that there is no room for."""
    for failed in plan.failures:
        yield {
            "level": "error",
            "message": {"text": visible(failed.error)},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(failed.path)}}],
        }
    for skipped in plan.outcomes:
        if isinstance(skipped, Skipped):
            yield {
                "level": "note",
                "message": {"text": visible(f"not looked at: {skipped.reason}")},
                "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.path)}}],
            }
    for gate in plan.verification:
        level = {True: "note", False: "warning", None: "warning"}[gate.ok]
        said = {True: "ok", False: "failed", None: "not run"}[gate.ok]
        yield {"level": level, "message": {"text": visible(f"{gate.gate}: {said}: {gate.detail}")}}
    if left:
        text = f"{counted(left, 'site')} are left out here: --output-format json has all of them"
        yield {"level": "warning", "message": {"text": text}}


def _result(finding: Finding, before: str | None, fix: Fix | None) -> Json:
    message = visible(finding.message).replace("](", r"\](")  # else it would be a link
    result: Json = {
        "level": _level(finding),
        "message": {"text": message},
        "locations": [_location(finding, before)],
        "properties": {
            "status": finding.status, "level": finding.level, "reason": finding.reason,
            "evidence": finding.evidence,
        },
    }  # fmt: skip
    if finding.status is Status.SUPPRESSED:
        result["suppressions"] = [{"kind": "inSource", "justification": "a comment asks for it"}]
    if finding.status is not Status.CHANGED or fix is None:
        return result
    if not fix.fits:
        result["message"]["text"] += (
            " (another codemod changes the file first: the fix comes with the next run)"
        )
    elif fix.site is finding:
        result["fixes"] = [_fix(fix)]
    else:
        place = visible(f"{fix.site.path}:{fix.site.line}")
        result["message"]["text"] += f" (the fix is at [{_escaped(place)}](1))"
        said = f"Its fix changes {counted(fix.sites, 'site')}, and this is one of them."
        result["relatedLocations"] = [{**_location(fix.site, None), "id": 1, "message": {"text": said}}]
    return result


def _escaped(text: str) -> str:
    """The text of a link."""
    return text.replace("\\", "\\\\").replace("[", r"\[").replace("]", r"\]")


def _level(finding: Finding) -> str:
    """What is proved or observed to be right deserves a warning; what is left to a person to judge, a note."""
    is_sure = finding.level in (Level.PROVED, Level.OBSERVED)
    return "warning" if finding.status is Status.CHANGED and is_sure else "note"


def _location(finding: Finding, before: str | None) -> Json:
    """Where the site is. Its column is counted in characters, of which some are two UTF-16 code units."""
    column = finding.column
    if before is not None:
        column = units(_line(before, finding.line)[:column])
    region: Json = {"startLine": max(1, finding.line), "startColumn": column + 1}
    if finding.end_line > finding.line:
        region["endLine"] = finding.end_line
    return {"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": region}}


def _before(change: Change) -> str | None:
    decoded = texts(change, encoding(change))
    return decoded[0] if decoded else None


def _line(text: str, number: int) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _artifact(path: str) -> Json:
    """A path as a relative reference; bytes of a name that are no UTF-8 stay what they are."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": ROOT}


def _fixes(plan: Plan, rules: Rules, findings: Sequence[Finding], late: Collection[str]) -> list[Fix]:
    """The fixes of a plan, each with the first site that it changes."""
    if not plan.changes:
        return []
    parts = [plan.changes] if rules.is_one_change else [(change,) for change in plan.changes]
    changed: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.status is Status.CHANGED:
            changed.setdefault(finding.path, []).append(finding)
    found = []
    for part in parts:
        sites = [finding for change in part for finding in changed.get(change.path, ())]
        first = Finding(
            path=part[0].path, line=1, column=0, end_line=1, status=Status.CHANGED, level=Level.PROVED,
            message="the file changes",
        )  # fmt: skip
        fits = not any(change.path in late for change in part)
        found.append(Fix(changes=part, site=sites[0] if sites else first, sites=len(sites), fits=fits))
    return found


def _fix(fix: Fix) -> Json:
    kinds = {"added": "creates", "deleted": "deletes"}
    also = [f"{kinds[c.kind]} {visible(c.path)}" for c in fix.changes if c.kind in kinds]
    said = f"Changes {counted(fix.sites, 'site')} in {counted(len(fix.changes), 'file')}"
    said += f"; {', '.join(also)}." if also else "."
    return {"description": {"text": said}, "artifactChanges": [_artifact_change(c) for c in fix.changes]}


def _artifact_change(change: Change) -> Json:
    decoded = texts(change, encoding(change))
    if decoded is None:  # replaced as bytes
        length = len(change.before or b"")
        content = base64.b64encode(change.after or b"").decode()
        replaced = [
            {"deletedRegion": {"byteOffset": 0, "byteLength": length}, "insertedContent": {"binary": content}}
        ]
    else:
        replaced = [
            {
                "deletedRegion": {
                    "startLine": s.start[0], "startColumn": s.start[1],
                    "endLine": s.end[0], "endColumn": s.end[1],
                },
                "insertedContent": {"text": s.new},
            }
            for s in stretches(*decoded)
        ]  # fmt: skip
    if not replaced:  # an empty file is created or deleted
        replaced = [{"deletedRegion": {"byteOffset": 0, "byteLength": 0}, "insertedContent": {"text": ""}}]
    return {"artifactLocation": _artifact(change.path), "replacements": replaced}


__all__ = ["render"]
