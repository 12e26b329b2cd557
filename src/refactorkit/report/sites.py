"""Which findings a forge or an editor is told about, under which rule, and what tells one site from another."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from refactorkit.model import Finding, Plan, Reason, Status

ORDER = (Status.CHANGED, Status.SUGGESTED, Status.REFUSED, Status.UNCHANGED, Status.SUPPRESSED)
"""The order in which sites matter to whoever reads only the first ones."""


def told(plan: Plan) -> list[Finding]:
    """The sites that ask for somebody's attention, in path and line order.

    Sites that were not selected, that a comment suppresses or that need nothing are counted by a report, not listed.
    """
    return [f for f in plan.findings if f.status in ORDER[:3] or f.reason == Reason.UNUSED_IGNORE]


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Changed sites before others, and what brings its evidence before what only follows from it."""
    return sorted(findings, key=lambda f: (ORDER.index(f.status), not f.evidence))


def rule(plan: Plan, finding: Finding) -> str:
    """The rule that a finding falls under: the codemod's id, with the reason code unless the site is changed."""
    return plan.codemod if finding.reason is None else f"{plan.codemod}.{finding.reason}"


def fingerprints(plan: Plan, findings: Sequence[Finding]) -> list[str]:
    """A name for each of the findings, different from each other and the same when lines move, as sha256 in hex.

    A site is known by its file, its rule and its message without the numbers in it; those that have all of that in
    common are told apart by their order.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        message = re.sub(r"\d+", "0", finding.message)
        site = "\0".join((finding.path, rule(plan, finding), message))
        found.append(hashlib.sha256(f"{site}\0{seen[site]}".encode("utf-8", "surrogateescape")).hexdigest())
        seen[site] += 1
    return found


def stacked(plans: Sequence[Plan]) -> dict[str, set[str]]:
    """The files that each codemod found as an earlier one of the call left them, by codemod.

    What it does to them fits no file that anybody has yet: applied to the one that is there, it would be a wrong edit.
    """
    left: dict[str, set[bytes]] = {}
    found: dict[str, set[str]] = {}
    for plan in plans:
        found[plan.codemod] = {c.path for c in plan.changes if c.before in left.get(c.path, ())}
        for change in plan.changes:
            if change.after is not None:
                left.setdefault(change.path, set()).add(change.after)
    return found


def counts(plan: Plan) -> str:
    """`12 sites: 9 changed, 3 refused`, or `no sites`."""
    number = Counter(finding.status for finding in plan.findings)
    parts = ", ".join(f"{number[status]} {status}" for status in ORDER if number[status])
    return f"{counted(number.total(), 'site')}: {parts}" if parts else "no sites"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`, `25,000 sites`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
