"""What the pipeline passes along: frozen values, and nothing that can write.

A `Finding` says what became of one candidate site. An `Outcome` says what became of one file. A `Plan` holds the
outcomes of one codemod in path order; `refactorkit.report` turns it into text, diff or JSON.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Status(StrEnum):
    """What became of a candidate site."""

    CHANGED = "changed"
    SUGGESTED = "suggested"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    UNCHANGED = "unchanged"


class Level(StrEnum):
    """How sure a finding is, from the strongest to the weakest."""

    PROVED = "proved"
    OBSERVED = "observed"
    SUGGESTED = "suggested"
    BOUNDARY = "boundary"

    def admits(self, other: Level) -> bool:
        """Whether a run at this level applies a finding of level `other`."""
        order = list(Level)
        return order.index(other) <= order.index(self)


class Reason(StrEnum):
    """Why the engine itself left a site as it was, whatever the codemod."""

    SUPPRESSED = "suppressed"
    """A comment `# refactorkit: ignore` on the line asks for it."""
    NOT_SELECTED = "not-selected"
    """The site is not among those that `--only`, `--since` or `--selection` choose."""
    UNUSED_IGNORE = "unused-ignore"
    """A comment `# refactorkit: ignore[...]` suppresses nothing: remove it."""
    BELOW_LEVEL = "below-level"
    """The site could be changed at a lower level of confidence than `--level` allows."""
    DOES_NOT_PARSE = "does-not-parse"
    """The result would not be valid Python: the file was dropped. This is a bug of the codemod: report it."""
    COMMENT_LOST = "comment-lost"
    """The change would lose a comment: the file was dropped. Move the comment, or change the site by hand."""
    LINE_MOVED = "line-moved"
    """A line would change that no finding names: the file was dropped. This is a bug of the codemod: report it."""
    UNSTABLE = "unstable"
    """A second run would change the file again: it was dropped. This is a bug of the codemod: report it."""
    VERIFY_FAILED = "verify-failed"
    """The command of `--verify` fails with this change, so it was left out. The evidence holds the command's last lines:
    look at what they complain about, or change the site by hand."""
    GATE_FAILED = "gate-failed"
    """With this import moved, some module can't be imported any more, or an entry point loads more than before: the
    evidence has the exception. Look at what runs while that module is imported, or move the import by hand."""
    GATE_NOT_RUN = "gate-not-run"
    """Only importing the module could prove it, and that fails before the change already: give `--python` an interpreter
    with the project's dependencies, or pass `--no-gate` to go without that proof."""
    STARTUP_BUDGET = "startup-budget"
    """With this import moved, start-up would take longer than the budget allows: raise it, or see what loads the module."""
    BEHAVIOUR_DIFFERS = "behaviour-differs"
    """Run before and after the change, the code did not do the same; `behaviour` in the evidence has the case and both logs."""
    BEHAVIOUR_NOT_COVERED = "behaviour-not-covered"
    """What was run was equal, but some lines never ran, and at this level a run is the proof. Check them by hand."""
    BEHAVIOUR_NOT_RUNNABLE = "behaviour-not-runnable"
    """The harness could not run the code, and at this level a run is the proof: `behaviour` in the evidence says why."""


class Source(Struct, frozen=True, kw_only=True):
    """One Python file of the target as it is read: from a commit, or from the disk.

    `path` is relative to the project's root, with `/`; bytes of a name that are not UTF-8 are surrogate-escaped.
    `mode` is git's file mode. `in_scope` is False for files that are only read to learn about the project.
    """

    path: str
    data: bytes
    mode: str = "100644"
    in_scope: bool = True


class Finding(Struct, frozen=True, kw_only=True):
    """One candidate site and its verdict.

    `line` and `end_line` count from 1 and `column` from 0, in the file before the change. `reason` is a reason code
    (kebab case) whenever the site was not changed, else None.
    """

    path: str
    line: int
    column: int
    end_line: int
    status: Status
    level: Level
    reason: str | None = None
    message: str
    evidence: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def following(cls, path: str, line: int, end_line: int, message: str) -> Finding:
        """A change that another one brings along, such as an import that it needs; at `end_line` it ends, if that is below."""
        last = max(line, end_line)
        return cls(
            path=path, line=line, column=0, end_line=last, status=Status.CHANGED, level=Level.PROVED, message=message
        )  # fmt: skip


class Change(Struct, frozen=True, kw_only=True, tag=True):
    """A file that gets new bytes. `before` is None for a new file, `after` is None for a deleted one.

    `retired` lists the comments (with their `#`) that the codemod removed on purpose; any other lost comment is an
    error that the gates catch. `mode` is git's file mode.
    """

    path: str
    before: bytes | None
    after: bytes | None
    findings: tuple[Finding, ...] = ()
    retired: tuple[str, ...] = ()
    mode: str = "100644"

    @property
    def kind(self) -> str:
        """`added`, `deleted` or `modified`."""
        if self.before is None:
            return "added"
        return "deleted" if self.after is None else "modified"


class Unchanged(Struct, frozen=True, kw_only=True, tag=True):
    """A candidate file that stays as it is; its findings say why."""

    path: str
    findings: tuple[Finding, ...] = ()


class Skipped(Struct, frozen=True, kw_only=True, tag=True):
    """A file that was not looked at, and why: a symlink, a submodule, another project's generated file."""

    path: str
    reason: str


class Failed(Struct, frozen=True, kw_only=True, tag=True):
    """A file that could not be worked on: its syntax, its bytes, or a codemod that raised.

    `is_lasting` is False for what the same file may be spared the next time: a killed worker, too little memory.
    `traceback` is kept only for `--debug`.
    """

    path: str
    error: str
    is_lasting: bool = True
    traceback: str | None = None


Outcome = Change | Unchanged | Skipped | Failed


class Verification(Struct, frozen=True, kw_only=True):
    """The result of one gate. `ok` is None when the gate could not run; `detail` says why or how much it covered."""

    gate: str
    ok: bool | None
    detail: str


class FileCounts(Struct, frozen=True, kw_only=True):
    """How many files each stage handled: seen in scope, admitted by the prefilter, parsed by libcst, and so on."""

    seen: int = 0
    admitted: int = 0
    parsed: int = 0
    changed: int = 0
    skipped: int = 0
    failed: int = 0


class Seconds(Struct, frozen=True, kw_only=True):
    """Wall time of each stage, in seconds."""

    discover: float = 0.0
    survey: float = 0.0
    transform: float = 0.0
    verify: float = 0.0
    total: float = 0.0


RECORDING = "recording"
"""The key among a plan's options for the digest of the recording that it rests on, which nobody asked for by an option."""


class Plan(Struct, frozen=True, kw_only=True):
    """What one codemod would do, in path order. Nothing has been written.

    `is_lasting` is False when the same input might give another plan: a worker died, or a tool could not be run.
    `choices` are the path and first line of each change that can be made or left by itself; other changes follow.
    """

    codemod: str
    version: str
    options: dict[str, Any]
    base: str | None = None
    branch: str | None = None
    commit: str | None = None
    files: FileCounts = field(default_factory=FileCounts)
    outcomes: tuple[Outcome, ...] = ()
    verification: tuple[Verification, ...] = ()
    tools: dict[str, str] = field(default_factory=dict)
    seconds: Seconds = field(default_factory=Seconds)
    is_lasting: bool = True
    choices: tuple[tuple[str, int], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The files that get new bytes, in path order."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Change))

    @property
    def failures(self) -> tuple[Failed, ...]:
        """The files that could not be worked on, in path order."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every candidate site, in path and line order."""
        found = [
            finding
            for outcome in self.outcomes
            if isinstance(outcome, Change | Unchanged)
            for finding in outcome.findings
        ]
        return tuple(sorted(found, key=lambda f: (f.path, f.line, f.column)))
