"""A plan as JSON, one object a line: the contract that other programs rely on, and its schema."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from refactorkit.model import FileCounts, Finding, Plan, Seconds, Verification
from refactorkit.report.diff import unified
from refactorkit.visible import OBEYED

SCHEMA: Literal["refactorkit/plan/1"] = "refactorkit/plan/1"


class ChangeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One file that gets new bytes: its unified diff."""

    path: str
    kind: Literal["added", "deleted", "modified"]
    diff: str


class FailureDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One file that could not be worked on."""

    path: str
    error: str


class SkippedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was not looked at: a symbolic link, a submodule."""

    path: str
    reason: str


class PlanDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `--output-format json` prints, one object a line for each codemod."""

    schema: Literal["refactorkit/plan/1"] = SCHEMA
    codemod: str
    version: str
    base: str | None
    branch: str | None
    commit: str | None
    options: dict[str, Any]
    files: FileCounts
    findings: list[Finding]
    changes: list[ChangeDocument]
    failures: list[FailureDocument]
    skipped: list[SkippedDocument]
    verification: list[Verification]
    tools: dict[str, str]
    seconds: Seconds


def document(plan: Plan) -> PlanDocument:
    """The plan in the shape of the contract."""
    from refactorkit.model import Skipped

    return PlanDocument(
        codemod=plan.codemod,
        version=plan.version,
        base=plan.base,
        branch=plan.branch,
        commit=plan.commit,
        options=plan.options,
        files=plan.files,
        findings=list(plan.findings),
        changes=[ChangeDocument(path=c.path, kind=c.kind, diff=unified(c)) for c in plan.changes],  # type: ignore[arg-type]
        failures=[FailureDocument(path=f.path, error=f.error) for f in plan.failures],
        skipped=[
            SkippedDocument(path=s.path, reason=s.reason) for s in plan.outcomes if isinstance(s, Skipped)
        ],
        verification=list(plan.verification),
        tools=plan.tools,
        seconds=plan.seconds,
    )


def render(plan: Plan) -> str:
    """One line of JSON. Bytes of names and files that are not UTF-8 become U+FFFD."""
    return clean(document(plan)) + "\n"


def clean(value: Any) -> str:
    """Plain data as JSON; what is not UTF-8 becomes U+FFFD, and what a terminal would obey an escape."""
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        text = msgspec.json.encode(_replaced(msgspec.to_builtins(value))).decode()
    return OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)  # JSON allows some of them as they are


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    return {_replaced(k): _replaced(v) for k, v in value.items()} if isinstance(value, dict) else value


def schema() -> str:
    """The JSON Schema of a plan, indented."""
    return (
        msgspec.json.format(msgspec.json.encode(msgspec.json.schema(PlanDocument)), indent=2).decode() + "\n"
    )
