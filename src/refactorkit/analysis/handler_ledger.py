"""The ledger's entries for verdicts on handlers."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from refactorkit.analysis.handler_verdicts import EXPOSES, Handler, Verdict, unknowns, witnesses
from refactorkit.model import Finding, Level, Reason, Status


def header_of(names: Sequence[str]) -> str:
    """Types as they stand in an except clause."""
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def finding_of(
    path: str, handler: Handler, verdict: Verdict, is_applied: bool, log: str = "", oracle: str = ""
) -> Finding:
    """The ledger's entry for a verdict; `oracle` says whose word about types it rests on."""
    header = header_of(verdict.header) if verdict.header else ""
    if is_applied:
        evidence: dict[str, object] = {}
        said = f"catches {', '.join(_sourced(path, verdict))}"
        if verdict.message:
            said = f"{said}; {verdict.message}"
        elif "TypeError" not in verdict.names:
            said = f"{said}; no longer {EXPOSES}"
            evidence["exposes"] = EXPOSES
        finding = plain_finding(path, handler, Status.CHANGED, verdict.level, said)
    else:
        status = Status.SUGGESTED if header else Status.REFUSED
        said = f"except {header}: {verdict.message}" if header else verdict.message
        reason = str(verdict.reason) if verdict.reason else str(Reason.BELOW_LEVEL)
        finding = structs.replace(plain_finding(path, handler, status, verdict.level, said), reason=reason)
        evidence = {}
    if log:
        said = f"{said}; logs what it swallows"
        if not is_applied:
            evidence["stays"] = finding.reason
        finding = structs.replace(finding, status=Status.CHANGED, reason=None, message=said)
    raised = verdict.raised
    evidence = {
        "exceptions": sorted(verdict.names),
        "witness": witnesses(raised),
        **({"unknown": unknowns(raised)} if raised.unknown else {}),
        **({"observed": list(verdict.observed)} if verdict.observed else {}),
        **({"assumes": list(raised.assumes)} if raised.assumes and header else {}),
        **({"oracle": oracle} if oracle else {}),
        **evidence,
    }
    return structs.replace(finding, evidence=evidence)


def _sourced(path: str, verdict: Verdict) -> list[str]:
    """Each type with the steps that raise it, without the path where that is the handler's own."""
    sources = {
        spelled: verdict.raised.types.get(kind)
        for spelled, kind in zip(verdict.names, verdict.kinds, strict=False)
    }
    return [
        f"{name} ({' <- '.join(steps).replace(f' at {path}:', ' at line ')})" if steps else name
        for name, steps in sources.items()
    ]


def plain_finding(path: str, handler: Handler, status: Status, level: Level, message: str) -> Finding:
    """A finding about a handler, its evidence still empty."""
    return Finding(
        path=path,
        line=handler.clause.line,
        column=handler.site.column,
        end_line=handler.clause.end_line,
        status=status,
        level=level,
        message=message,
        evidence={"exceptions": [], "witness": []},
    )
