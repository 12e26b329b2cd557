"""What http-url has to say about each site, as findings by file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from refactorkit.analysis.roles import Role
from refactorkit.analysis.url_sites import Field, Use
from refactorkit.analysis.url_verdicts import BOUNDARIES, Reason, Verdict
from refactorkit.model import Finding, Level, Status


class Ledger:
    """Findings by path, one for each site."""

    def __init__(self) -> None:
        self.by_path: dict[str, list[Finding]] = {}

    def of(self, path: str) -> tuple[Finding, ...]:
        """The findings of a file, in the order of their places."""
        return tuple(sorted(self.by_path.get(path, ()), key=lambda f: (f.line, f.column)))

    def use(self, use: Use) -> None:
        """A use of the alias that is no field of a model."""
        reason = {
            "alias": Reason.NESTED_ALIAS,
            "local import": Reason.LOCAL_SCOPE,
            "several": Reason.UNCLEAR_ALIAS,
        }.get(use.what, Reason.NOT_A_FIELD)
        said = {
            "alias": f"{use.name} is made of it",
            "call": f"it is handed to {use.name}",
            "called": f"{use.name} is called to make a value",
            "local import": "a function imports it, so that it isn't known outside",
            "several": "the name is bound in several ways, of which only one is the alias",
            "expression": "it is used outside of a model",
            "parameter": f"it types the parameter {use.name}",
            "return type": f"it types what {use.name} returns",
            "variable": f"it types the variable {use.name}",
        }[use.what]
        last = use.node.end_lineno or use.node.lineno
        self.found(use.path, (use.node.lineno, last), use.node.col_offset, Status.REFUSED, reason, said, {})

    def changed(self, verdict: Verdict, name: str) -> None:
        """A field that gets the type `name`."""
        field = verdict.field
        why = verdict.why[0] if verdict.why else "decided by the option role"
        said = f"{' and '.join(field.spelled)} becomes {name}: {verdict.role.value}, because {why}"
        self.field(field, Status.CHANGED, None, said, verdict.role, why=verdict.why)

    def refused(self, verdict: Verdict, reason: Reason, message: str) -> None:
        """A field that stays as it is."""
        self.field(
            verdict.field, Status.REFUSED, reason, message, verdict.role, verdict.consumers, verdict.why
        )

    def field(
        self,
        field: Field,
        status: Status,
        reason: str | None,
        message: str,
        role: Role = Role.NONE,
        consumers: Iterable[str] = (),
        why: Iterable[str] = (),
    ) -> None:
        """A field and its verdict."""
        evidence = {
            "field": f"{field.cls.name}.{field.name}",
            "role": role.value,
            "consumers": list(consumers),
            "why": list(why),
        }
        lines, column = extent(field), field.node.col_offset
        if (
            lines[0] < field.node.lineno
        ):  # a comment above, where the block begins: the field may be a second statement
            column = min(column, field.cls.node.body[0].col_offset)
        self.found(field.cls.path, lines, column, status, reason, message, evidence)

    def found(
        self,
        path: str,
        lines: tuple[int, int],
        column: int,
        status: Status,
        reason: str | None,
        message: str,
        evidence: dict[str, Any],
    ) -> None:
        """Any site; its level follows from the status and the reason."""
        level = Level.PROVED
        if status is not Status.CHANGED:
            level = Level.BOUNDARY if reason in BOUNDARIES else Level.SUGGESTED
        finding = Finding(
            path=path,
            line=lines[0],
            column=column,
            end_line=lines[1],
            status=status,
            level=level,
            reason=str(reason) if reason else None,
            message=message,
            evidence=evidence,
        )
        self.by_path.setdefault(path, []).append(finding)

    def amend(self, path: str, line: int, addition: str) -> bool:
        """Add to the message of a changed site that begins on the line; False when there is none."""
        found = self.by_path.get(path, [])
        for index, finding in enumerate(found):
            if finding.line == line and finding.status is Status.CHANGED:
                found[index] = msgspec.structs.replace(finding, message=finding.message + addition)
                return True
        return False


def extent(field: Field) -> tuple[int, int]:
    """The lines of a field's statement; comments above it that go away with the change are part of it."""
    first = field.first if field.tasks else field.node.lineno
    return first, field.node.end_lineno or field.node.lineno
