"""From the project's files to a plan for each file of narrow-except: handlers, verdicts, findings, edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.handler_names import Names, is_shadowed
from refactorkit.analysis.handler_observations import Recorded, observations
from refactorkit.analysis.handler_reasons import Reason as Why
from refactorkit.analysis.handler_verdicts import EXPOSES, Handler, Judge, Verdict, unknowns, witnesses
from refactorkit.analysis.raise_effects import Effects
from refactorkit.analysis.raise_facts import Attempt, Effect, FileRaises, Span, Within
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_sets import Sets
from refactorkit.analysis.raise_types import ExceptionTypes
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.values import Place
from refactorkit.codemod import is_suppressed
from refactorkit.config import Scope
from refactorkit.model import Finding, Level, Reason, Source, Status
from refactorkit.splice import text_of

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


class Wishes(Struct, frozen=True):
    """The options: see the codemod's fields."""

    keeps_type_errors: bool = False
    is_closed: bool = False
    logs: bool = False
    recording: str = ""


class Planner:
    """Judges the handlers of a project's files."""

    def __init__(
        self,
        identifier: str,
        sources: Mapping[str, Source],
        scope: Scope,
        python: tuple[int, int],
        wishes: Wishes,
    ) -> None:
        self._identifier = identifier
        self._sources = sources
        self._scope = scope
        self._wishes = wishes
        symbols = Symbols(sources)
        self._symbols = symbols
        self.files = RaiseFiles(symbols)
        types = Types(symbols, python)
        kinds = ExceptionTypes(symbols)
        effects = Effects(types, self.files, kinds, wishes.is_closed)
        names = Names(symbols, self.files)
        self.judge = Judge(
            effects,
            Sets(kinds, effects.of_function, effects.calls.is_generator),
            kinds,
            names,
            wishes.keeps_type_errors,
            scope.level,
            Recorded(observations(wishes.recording), symbols),
        )

    def plan(self) -> HandlerFacts:
        """A plan for every file in scope that holds a broad handler."""
        paths = [p for p, s in self._sources.items() if s.in_scope and MENTION in s.data]
        self.files.read(paths)
        plans = {}
        for path in sorted(paths):
            made = self._file(path)
            if made is not None:
                plans[path] = made
        failures = {
            path: why
            for path, why in self.files.failures.items()
            if self._sources[path].in_scope and path in paths
        }
        return HandlerFacts(plans, failures)

    def handlers(self, path: str) -> list[Handler]:
        """The broad handlers of a file, from its top."""
        facts = self.files.facts(path)
        if facts is None:
            return []
        found = [h for h in _handlers(path, facts) if self.judge.is_broad(h.clause, h.place)]
        return sorted(found, key=lambda h: (h.clause.line, h.site.column))

    def _file(self, path: str) -> FilePlan | None:
        handlers = self.handlers(path)
        if not handlers:
            return None
        findings: list[Finding] = []
        edits: list[HandlerEdit] = []
        add: dict[tuple[str, str], None] = {}
        verdicts = [self._verdict(path, handler) for handler in handlers]
        holds = any(v.rests_on_recording for v in verdicts if isinstance(v, Verdict))
        for handler, verdict in zip(handlers, verdicts, strict=True):
            if isinstance(verdict, Finding):
                findings.append(verdict)
                continue
            finding, edit, imports = self._decide(path, handler, _held(verdict) if holds else verdict)
            findings.append(finding)
            if edit is not None:
                edits.append(edit)
                add.update(dict.fromkeys(imports))
        first = sorted({self._symbols.module_name(p).partition(".")[0] for p in self._sources}) if add else ()
        return FilePlan(tuple(findings), tuple(edits), tuple(add), tuple(first))

    def _verdict(self, path: str, handler: Handler) -> Verdict | Finding:
        """What is decided about a handler; a finding for one that this run leaves alone whatever could become of it."""
        clause = handler.clause
        lines = text_of(self._sources[path].data).lines
        if any(
            is_suppressed(lines[n - 1], self._identifier) for n in (clause.line, handler.site.types.end_line)
        ):
            finding = _finding(path, handler, Status.SUPPRESSED, Level.BOUNDARY, "a comment asks to leave it")
            return structs.replace(finding, reason=str(Reason.SUPPRESSED))
        if not self._scope.selects(path, clause.line, clause.end_line):
            finding = _finding(
                path, handler, Status.UNCHANGED, Level.BOUNDARY, "not among the sites asked for"
            )
            return structs.replace(finding, reason=str(Reason.NOT_SELECTED))
        return _uncommented(self.judge.decide(handler), handler, lines)

    def _decide(
        self, path: str, handler: Handler, verdict: Verdict
    ) -> tuple[Finding, HandlerEdit | None, tuple[tuple[str, str], ...]]:
        is_applied = verdict.header is not None and self._scope.level.admits(verdict.level)
        log = (
            self._log(path, handler)
            if self._wishes.logs and verdict.reason is not Why.KEEPS_RECORDING
            else ""
        )
        finding = finding_of(path, handler, verdict, is_applied, log)
        if not is_applied and not log:
            return finding, None, ()
        edit = HandlerEdit(
            handler.clause.line,
            handler.site.types,
            _header(verdict.header) if is_applied and verdict.header else "",
            handler.site.body_line,
            log,
            handler.site.writes_pass,
        )
        return finding, edit, verdict.add if is_applied else ()

    def _log(self, path: str, handler: Handler) -> str:
        """The call that logs what a handler swallows silently; '' where it doesn't, or the module has no logger."""
        facts, outline = self.files.facts(path), self._symbols.outline(path)
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


def _handlers(path: str, facts: FileRaises) -> Iterator[Handler]:
    """The clauses of a file that may be broad."""
    for routine in facts.routines:
        place = Place(path, facts.scopes, routine.scope)
        for attempt in attempts(routine.effects):
            for index, clause in enumerate(attempt.clauses):
                if clause.site is not None:
                    yield Handler(attempt, index, place)


def attempts(effects: Sequence[Effect]) -> Iterator[Attempt]:
    """The tries in some effects, those inside others too."""
    for effect in effects:
        match effect:
            case Within(body=body):
                yield from attempts(body)
            case Attempt():
                yield effect
                for part in (effect.body, *(c.body for c in effect.clauses), effect.orelse, effect.final):
                    yield from attempts(part)
            case _:
                pass


def _uncommented(verdict: Verdict, handler: Handler, lines: Sequence[bytes]) -> Verdict:
    """The verdict, which is a refusal where a comment stands between the types."""
    span = handler.site.types
    between = b"".join(lines[span.line - 1 : span.end_line]) if span.end_line > span.line else b""
    if verdict.header is None or b"#" not in between:
        return verdict
    message = "a comment stands between its types"
    return structs.replace(
        verdict, level=Level.BOUNDARY, reason=Why.COMMENT_BETWEEN, message=message, header=None
    )


def _held(verdict: Verdict) -> Verdict:
    """A verdict in a file that has to stay as it is, because something in it rests on a recording of these bytes."""
    if verdict.header is None:
        return verdict
    message = "another handler of the file stays for what was recorded of it"
    return structs.replace(
        verdict, level=Level.SUGGESTED, reason=Why.KEEPS_RECORDING, message=message, header=None
    )


def _header(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def finding_of(path: str, handler: Handler, verdict: Verdict, is_applied: bool, log: str = "") -> Finding:
    """The ledger's entry for a verdict."""
    header = _header(verdict.header) if verdict.header else ""
    if is_applied:
        said = f"catches {', '.join(verdict.names)}" + (f"; {verdict.message}" if verdict.message else "")
        finding = _finding(path, handler, Status.CHANGED, verdict.level, said)
        evidence: dict[str, object] = {"exposes": EXPOSES} if verdict.level is Level.PROVED else {}
    else:
        status = Status.SUGGESTED if header else Status.REFUSED
        said = f"except {header}: {verdict.message}" if header else verdict.message
        reason = str(verdict.reason) if verdict.reason else str(Reason.BELOW_LEVEL)
        finding = structs.replace(_finding(path, handler, status, verdict.level, said), reason=reason)
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
        **evidence,
    }
    return structs.replace(finding, evidence=evidence)


def _finding(path: str, handler: Handler, status: Status, level: Level, message: str) -> Finding:
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
