"""What a reviewer decided on, site by site: the file that the page and `--interactive` write and `--selection` reads.

A site is a line of a file on which a codemod changes something that can be decided on by itself: what follows from it,
such as an import, comes and goes with it. Its digest is that of its lines as they were reviewed, so that a decision about
other lines is recognised.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from refactorkit.config import ConfigError
from refactorkit.model import RECORDING, Finding, Level, Plan, Status
from refactorkit.visible import visible

SCHEMA: Literal["refactorkit/selection/1"] = "refactorkit/selection/1"
LINE = re.compile(rb"\r\n|\r|\n")
DIGEST = 16
"""Hexadecimal digits of a digest: it tells stale from fresh, and nobody gains by forging one."""


class Verdict(StrEnum):
    """What a reviewer said of a site."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Site(Struct, frozen=True, kw_only=True):
    """A change that was decided on. Lines count from 1, in the file before the change; both ends are included."""

    codemod: str
    path: str
    line: int
    end_line: int
    level: Level
    digest: str
    verdict: Verdict = Verdict.ACCEPTED

    @property
    def place(self) -> str:
        """`path:line`, as it may be shown."""
        return f"{visible(self.path)}:{self.line}"


class Reviewed(Struct, frozen=True, kw_only=True):
    """How a codemod was run when its plan was reviewed."""

    version: str
    options: dict[str, Any] = {}


class Selection(Struct, frozen=True, kw_only=True):
    """The decisions of a review. Sites that are not listed, and those that are rejected, stay as they are."""

    schema: Literal["refactorkit/selection/1"] = SCHEMA
    base: str | None = None
    codemods: dict[str, Reviewed] = field(default_factory=dict)
    sites: tuple[Site, ...] = ()

    def accepted(self, codemod: str) -> list[Site]:
        """The accepted sites of a codemod, in their order."""
        return [s for s in self.sites if s.codemod == codemod and s.verdict is Verdict.ACCEPTED]


def choices(plan: Plan) -> list[Finding]:
    """The changes of a plan that can be decided on, one for each line: its finding of the most lines."""
    places = set(plan.choices)
    found: dict[tuple[str, int], Finding] = {}
    for finding in plan.findings:
        place = (finding.path, finding.line)
        if finding.status is Status.CHANGED and place in places and _is_wider(finding, found.get(place)):
            found[place] = finding
    return list(found.values())


def _is_wider(finding: Finding, other: Finding | None) -> bool:
    if other is None:
        return True
    return (bool(finding.evidence), finding.end_line) > (bool(other.evidence), other.end_line)


def sites(plan: Plan, verdicts: Mapping[tuple[str, int], Verdict]) -> list[Site]:
    """The sites of a plan with what was decided; those that nothing was decided on are left out."""
    before = {change.path: change.before or b"" for change in plan.changes}
    lines = {path: LINE.split(data) for path, data in before.items()}
    return [
        site_of(plan, finding, lines[finding.path], verdicts[finding.path, finding.line])
        for finding in choices(plan)
        if (finding.path, finding.line) in verdicts and finding.path in lines
    ]


def site_of(
    plan: Plan, finding: Finding, lines: Sequence[bytes], verdict: Verdict = Verdict.ACCEPTED
) -> Site:
    """A choice as it is written down; `lines` are those of its file before the change."""
    return Site(
        codemod=plan.codemod,
        path=finding.path,
        line=finding.line,
        end_line=finding.end_line,
        level=finding.level,
        digest=digest(lines[finding.line - 1 : finding.end_line]),
        verdict=verdict,
    )


def reviewed(plan: Plan) -> Reviewed:
    """How the plan's codemod was run."""
    return Reviewed(version=plan.version, options=_plain(plan.options))


def digest(lines: Sequence[bytes]) -> str:
    """The digest of some lines, without their line ends."""
    return hashlib.sha256(b"\n".join(lines)).hexdigest()[:DIGEST]


def is_still(site: Site, data: bytes) -> bool:
    """Whether a file with these bytes has the reviewed lines in their place."""
    return digest(LINE.split(data)[site.line - 1 : site.end_line]) == site.digest


def dump(selection: Selection) -> str:
    """The selection as JSON, one site a line. Bytes of names that are not UTF-8 survive, as escapes of surrogates."""
    plain = msgspec.to_builtins(msgspec.structs.replace(selection, sites=()))
    head = json.dumps({**plain, "sites": None}, indent=1)
    rows = ",\n  ".join(json.dumps(msgspec.to_builtins(site)) for site in selection.sites)
    return head.replace('"sites": null', f'"sites": [\n  {rows}\n ]' if rows else '"sites": []') + "\n"


def load(path: Path) -> Selection:
    """A selection file. Raises ConfigError with one line for one that can't be read."""
    name = visible(str(path))
    try:
        plain = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"--selection {name} can't be read: {error.strerror}: check the path") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"--selection {name} is no JSON: export it again from the page of --output-format html"
        ) from error
    said = plain.get("schema") if isinstance(plain, dict) else None
    if said != SCHEMA:
        raise ConfigError(f"--selection {name} is no {SCHEMA}: export it with this version of refactorkit")
    try:
        return msgspec.convert(plain, Selection)
    except msgspec.ValidationError as error:
        raise ConfigError(f"--selection {name}: {error}: export it again") from error


def schema() -> str:
    """The JSON Schema of a selection, indented."""
    text = msgspec.json.encode(msgspec.json.schema(Selection))
    return msgspec.json.format(text, indent=2).decode() + "\n"


def of_plans(plans: Sequence[Plan], verdicts: Mapping[str, Mapping[tuple[str, int], Verdict]]) -> Selection:
    """The selection of some plans; `verdicts` are those of each codemod by path and line."""
    return Selection(
        base=next((plan.base for plan in plans), None),
        codemods={plan.codemod: reviewed(plan) for plan in plans},
        sites=tuple(site for plan in plans for site in sites(plan, verdicts.get(plan.codemod, {}))),
    )


def differs(asked: Reviewed, version: str, options: Mapping[str, Any]) -> str | None:
    """How a run differs from the reviewed one, and what to do; None if it doesn't."""
    if asked.version != version:
        return f"is of version {asked.version}, and this is {version}: review again"
    now = _plain(options)
    for key in sorted({*asked.options, RECORDING}):
        if now.get(key) != asked.options.get(key):
            if key == RECORDING:
                return "was reviewed with another recording: put that back, or review again"
            was = asked.options.get(key)
            value = ",".join(map(str, was)) if isinstance(was, list) else str(was)
            return f"was reviewed with another {key}: pass -o {visible(f'{key}={value}')}, or review again"
    return None


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as JSON has them."""
    plain: dict[str, Any] = json.loads(json.dumps(msgspec.to_builtins(dict(options))))
    return plain


__all__ = [
    "SCHEMA",
    "Selection",
    "Site",
    "Verdict",
    "choices",
    "differs",
    "dump",
    "is_still",
    "load",
    "of_plans",
    "reviewed",
    "schema",
    "site_of",
    "sites",
]
