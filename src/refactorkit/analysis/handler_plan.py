"""From the project's files to a plan for each file of narrow-except: verdicts, findings, edits."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.handler_judging import Decided, Judging, Wishes, attempts, is_applied
from refactorkit.analysis.handler_ledger import finding_of, header_of
from refactorkit.analysis.handler_names import is_shadowed
from refactorkit.analysis.handler_observations import freshness
from refactorkit.analysis.handler_reasons import Reason as Why
from refactorkit.analysis.handler_verdicts import Handler, Verdict
from refactorkit.analysis.raise_facts import Span
from refactorkit.model import Finding, Verification

CUT_SHORT = "died or was too slow: what it had not said by then isn't known"
MENTION = b"except"


class HandlerEdit(Struct, frozen=True):
    """One clause that changes: where its types stand and what they become ('' for as they are), and the log call that its
    body gets ('' for none) on `body_line`, in place of `pass` or above what stands there."""

    line: int
    types: Span
    header: str
    body_line: int
    log: str
    replaces_pass: bool


class FilePlan(Struct, frozen=True):
    """What becomes of one file."""

    findings: tuple[Finding, ...]
    edits: tuple[HandlerEdit, ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    first_party: tuple[str, ...] = ()


class HandlerFacts(Struct, frozen=True):
    """Everything that narrow-except knows about a project and will do to it."""

    files: dict[str, FilePlan]
    failures: dict[str, str] = {}
    packages: dict[str, str] = {}
    """The installed distributions that were asked, with their versions."""
    cut_short: str = ""
    """Why a type checker didn't answer all questions."""
    recording: Verification | None = None


class Planner(Judging):
    """Makes plans of verdicts."""

    def plan(self) -> HandlerFacts:
        """A plan for every file in scope that holds a broad handler."""
        paths = sorted(p for p, s in self._sources.items() if s.in_scope and MENTION in s.data)
        decided = self.decided(paths)
        plans = {path: self._file(path, decided) for path in decided}
        failures = {path: why for path, why in self.files.failures.items() if path in paths}
        held = freshness(self.observations, self._sources.values()) if self.observations else None
        cut_short = f"{self._told.by} {CUT_SHORT}" if self._told and self.is_cut_short else ""
        asked = dict(sorted(self.packages.consulted.items()))
        return HandlerFacts(plans, failures, asked, cut_short, held)

    def _file(self, path: str, decided: Decided) -> FilePlan:
        findings: list[Finding] = []
        edits: list[HandlerEdit] = []
        add: dict[tuple[str, str], None] = {}
        for handler, verdict in decided[path]:
            if isinstance(verdict, Finding):
                findings.append(verdict)
                continue
            finding, edit, imports = self._decide(path, handler, verdict)
            findings.append(finding)
            if edit is not None:
                edits.append(edit)
                add.update(dict.fromkeys(imports))
        first = sorted({self.symbols.module_name(p).partition(".")[0] for p in self._sources}) if add else ()
        return FilePlan(tuple(findings), tuple(edits), tuple(add), tuple(first))

    def _decide(
        self, path: str, handler: Handler, verdict: Verdict
    ) -> tuple[Finding, HandlerEdit | None, tuple[tuple[str, str], ...]]:
        applies = is_applied(verdict, self._scope)
        log = (
            self._log(path, handler)
            if self._wishes.logs and verdict.reason is not Why.KEEPS_RECORDING
            else ""
        )
        finding = finding_of(path, handler, verdict, applies, log, self._word(verdict))
        if not applies and not log:
            return finding, None, ()
        edit = HandlerEdit(
            handler.clause.line,
            handler.site.types,
            header_of(verdict.header) if applies and verdict.header else "",
            handler.site.body_line,
            log,
            handler.site.writes_pass,
        )
        return finding, edit, verdict.add if applies else ()

    def _word(self, verdict: Verdict) -> str:
        """The type checker on whose word a verdict rests, or which didn't say what it lacks; '' for none."""
        if self._told is None:
            return ""
        if self.is_cut_short and verdict.raised.unknown:
            return f"{self._told.by} {CUT_SHORT}"
        return self._told.by if self._told.word in verdict.raised.assumes else ""

    def _log(self, path: str, handler: Handler) -> str:
        """The call that logs what a handler swallows silently; '' where it doesn't, or the module has no logger."""
        facts, outline = self.files.facts(path), self.symbols.outline(path)
        if (
            not handler.site.quiet
            or handler.site.body_line <= handler.site.types.end_line
            or not facts
            or not outline
        ):
            return ""
        for logger in facts.loggers:
            if len(outline.names.get(logger, ())) == 1 and not is_shadowed(logger, handler.place):
                where = handler.site.function
                return f'{logger}.warning("{where} goes on after an exception", exc_info=True)'
        return ""


__all__ = ["FilePlan", "HandlerEdit", "HandlerFacts", "Planner", "Wishes", "attempts"]
