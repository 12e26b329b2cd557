"""The message of a plan's commit: what, why, what was left, and trailers from which the branch can be made again."""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

from refactorkit.config import Config
from refactorkit.model import Plan, Reason, Status
from refactorkit.visible import visible

LONGEST = 40
"""Characters that a scope has at most in a subject."""


LEFT_OUT = (Reason.VERIFY_FAILED, Reason.GATE_FAILED, Reason.GATE_NOT_RUN)
"""The sites that a run of the project's own code decided on."""


def subject(plan: Plan, what: str) -> str:
    """`refactor(<scope>): <what> [refactorkit <id>]`; the scope is the folder that all changed sources share."""
    paths = [c.path.split("/")[:-1] for c in plan.changes if c.path.endswith((".py", ".pyi"))]
    shared: list[str] = []
    for parts in zip(*paths, strict=False) if paths else ():
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    folder = visible(shared[-1]) if shared else ""  # a line end in it would begin another line of the message
    scope = f"({folder})" if folder not in ("", "src") and len(folder) <= LONGEST else ""
    return f"refactor{scope}: {what} [refactorkit {plan.codemod}]"


def message(plan: Plan, what: str, why: str, config: Config, more: Sequence[tuple[str, str]] = ()) -> str:
    """The whole message, with `more` trailers. `{tree}` stands where the id of the commit's tree goes."""
    ledger = Counter(f.status for f in plan.findings)
    left = Counter(
        f.reason for f in plan.findings if f.status in (Status.REFUSED, Status.SUGGESTED) and f.reason
    )
    counts = ", ".join(f"{ledger[status]} {status}" for status in Status if ledger[status])
    paragraphs = [_wrapped(why), _wrapped(f"Sites: {counts}.")]
    if left:
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(left.items()))
        paragraphs.append(_wrapped(f"Left alone: {reasons}."))
    return "\n\n".join([subject(plan, what), *paragraphs, _trailers(plan, config, more)]) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 72, break_long_words=False, break_on_hyphens=False)


def _trailers(plan: Plan, config: Config, more: Sequence[tuple[str, str]]) -> str:
    scope = scope_of(config)
    excluded = [f"{f.path}:{f.line}" for f in plan.findings if f.reason in LEFT_OUT]
    if excluded:  # no part of the question, but without them the answer can't be made again
        scope["excluded"] = excluded
    options = {
        **plan.options,
        "level": config.level,
        "scope": scope,
        "tools": plan.tools,
    }
    if any(v.gate == "cold-import" for v in plan.verification):
        options["gate"] = config.gate
    if config.python is not None:
        options["verify-behaviour"] = True
    pairs = (
        ("Refactorkit-Codemod", f"{plan.codemod}@{plan.version}"),
        ("Refactorkit-Base", plan.base or ""),
        ("Refactorkit-Options", compact(options)),
        ("Refactorkit-Fingerprint", fingerprint(plan, config)),
        *more,
        ("Refactorkit-Tree", "{tree}"),
    )
    return "\n".join(f"{key}: {value}" for key, value in pairs)


def scope_of(config: Config) -> dict[str, Any]:
    """What limits the sites of a run."""
    scope: dict[str, Any] = {"paths": sorted(config.paths)}
    if config.include_generated:
        scope["include-generated"] = True
    if config.scope.only:
        scope["only"] = [path if line is None else f"{path}:{line}" for path, line in config.scope.only]
    if config.scope.accepted is not None:
        scope["selection"] = [f"{p}:{n}" for p, lines in config.scope.accepted.items() for n in lines]
    if config.since:
        scope["since"] = config.since
        if config.changed_lines:
            scope["changed-lines"] = True
    return scope


def fingerprint(plan: Plan, config: Config) -> str:
    """The sha256 of codemod, version, options and scope: the same for the same question, whatever the base."""
    asked = [plan.codemod, plan.version, plan.options, scope_of(config)]
    return hashlib.sha256(compact(asked).encode()).hexdigest()


def compact(value: object) -> str:
    """JSON on one line with sorted keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=list)
