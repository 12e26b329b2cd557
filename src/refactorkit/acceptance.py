"""Whether a user's command (`--verify`) accepts the result of a plan; what it doesn't accept is left out."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from refactorkit.bisection import MOST_RUNS, Bisected, Run, Site, Variants, bisect
from refactorkit.codemod import Codemod
from refactorkit.config import Config
from refactorkit.discover import Discovered
from refactorkit.model import Change, Finding, Plan, Reason, Unchanged, Verification
from refactorkit.workspace import Workspace

GATE = "command"
"""The gate of `--verify`."""
LIMIT = 30 * 60
"""Seconds that a command may take, unless `--verify-timeout` says otherwise."""


class Command(Struct, frozen=True, kw_only=True):
    """A shell command that must succeed on the result, and what happens when it doesn't."""

    line: str
    seconds: float = LIMIT
    """How long it may take."""
    bisects: bool = True
    """Whether the changes that make it fail are looked for and left out."""


def accepted(
    command: Command, codemod: Codemod, found: Discovered, config: Config, made: Plan, workspace: Workspace
) -> Plan:
    """The plan as the command accepts it, with the command's line among the gates.

    Its `ok` is False when nothing of the plan may be written, and None when the command couldn't be run.
    """
    from refactorkit.workspace.git import GitWorkspace

    if not made.changes:
        return made
    if not isinstance(workspace, GitWorkspace):
        return _with_line(made, None, "--verify needs a git repository to make a worktree of")
    from refactorkit.workspace.worktree import temporary_worktree

    roots = import_roots(made.changes, found.packages)
    with temporary_worktree(workspace) as tree:

        def run(changes: Sequence[Change]) -> Run:
            search = [*(str(tree.path / root) for root in roots), os.environ.get("PYTHONPATH", "")]
            variables = {"PYTHONPATH": os.pathsep.join(filter(None, search))}
            ended = tree.run(changes, command.line, command.seconds, variables)
            return Run(ended.code, tuple(line.replace(f"{tree.path}/", "") for line in ended.last_lines))

        first = run(made.changes)
        if first.code == 0:
            return _with_line(made, True, f"{command.line} exited 0")
        if not command.bisects:
            return _with_line(made, False, _said(command, first))
        untouched = run(())
        if untouched.code != 0:
            said = f"{_said(command, untouched)} (without the changes too, so they can't be judged)"
            return _with_line(made, False, said)
        variants = Variants(codemod, found, config, made)
        bisected = bisect(variants, lambda variant: run(variant.changes), first)
    return _told(bisected, command, first)


def import_roots(changes: Sequence[Change], packages: Sequence[str]) -> list[str]:
    """The folders from which the packages that change are imported, from the project's root.

    A command must import the worktree's modules. With an editable install of the project in the environment it would
    import those of the user's checkout instead, and prove nothing.
    """
    known = set(packages)
    roots = set()
    for change in changes:
        folder = change.path.rpartition("/")[0]
        if folder in known:
            while folder in known:
                folder = folder.rpartition("/")[0]
            roots.add(folder)
    return sorted(roots)


def _said(command: Command, run: Run) -> str:
    last = "; ".join(run.lines)
    return f"{command.line} exited {run.code}{': ' + last if last else ''}"


def _with_line(made: Plan, ok: bool | None, detail: str) -> Plan:
    line = Verification(gate=GATE, ok=ok, detail=detail)
    return msgspec.structs.replace(made, verification=(*made.verification, line))


def _told(bisected: Bisected, command: Command, first: Run) -> Plan:
    """The plan with the command's words at every site that was left out."""
    made = bisected.plan
    outcomes = tuple(
        msgspec.structs.replace(o, findings=tuple(_explained(f, bisected, command) for f in o.findings))
        if isinstance(o, Change | Unchanged)
        else o
        for o in made.outcomes
    )
    files = msgspec.structs.replace(made.files, changed=len(made.changes))
    made = msgspec.structs.replace(made, outcomes=outcomes, files=files)
    runs = bisected.runs + 2
    if not made.changes:
        return _with_line(made, False, f"{_said(command, first)} (no change passes, {runs} runs)")
    number = len(bisected.left_out)
    sites = "1 site" if number == 1 else f"{number} sites"
    return _with_line(made, True, f"{command.line} exited 0 once {sites} had been left out ({runs} runs)")


def _explained(finding: Finding, bisected: Bisected, command: Command) -> Finding:
    if finding.reason != Reason.VERIFY_FAILED:
        return finding
    sites = bisected.left_out
    run = sites.get(Site(finding.path, finding.line)) or sites.get(Site(finding.path, 0))
    evidence = {**finding.evidence, "command": command.line}
    if run is None:
        message = f"left out untried: the search for what fails ended after {MOST_RUNS} runs"
    else:
        last = f": {run.lines[-1]}" if run.lines else ""
        message = f"`{command.line}` exits {run.code} with this change{last}"
        evidence |= {"exit": run.code, "output": list(run.lines)}
    return msgspec.structs.replace(finding, message=message, evidence=evidence)


__all__ = ["GATE", "LIMIT", "Command", "accepted", "import_roots"]
