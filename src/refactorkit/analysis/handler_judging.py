"""Deciding on all broad handlers of a project, also on those whose bodies run others that change in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.handler_ledger import plain_finding
from refactorkit.analysis.handler_names import Names
from refactorkit.analysis.handler_observations import Recorded, Recording
from refactorkit.analysis.handler_reasons import Reason as Why
from refactorkit.analysis.handler_verdicts import Handler, Judge, Verdict
from refactorkit.analysis.package_questions import Packages
from refactorkit.analysis.raise_effects import Effects
from refactorkit.analysis.raise_facts import Attempt, Effect, FileRaises, Within
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_operands import Told
from refactorkit.analysis.raise_packages import InstalledPackages
from refactorkit.analysis.raise_sets import Sets
from refactorkit.analysis.raise_types import ExceptionTypes, Raisable
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.type_questions import Members, Oracle, TypeQuestion
from refactorkit.analysis.values import Place
from refactorkit.codemod import is_suppressed
from refactorkit.config import Scope
from refactorkit.distributions import Installed
from refactorkit.model import Finding, Level, Reason, Source, Status
from refactorkit.observation.recording import Observations
from refactorkit.splice import text_of

MOST_PASSES = 8
"""How often handlers are judged again when others let more out than before; real projects take two or three."""
MOST_ROUNDS = 6
"""How often a type checker is asked for what its answers have opened: calls of calls of calls."""
Decided = dict[str, list["tuple[Handler, Verdict | Finding]"]]
"""By path, each broad handler with what is decided, or with the finding of one that this run leaves alone anyway."""


class Wishes(Struct, frozen=True):
    """The options: see the codemod's fields."""

    keeps_type_errors: bool = False
    is_closed: bool = False
    logs: bool = False
    recording: Recording | None = None


class Judging:
    """Judges the handlers of a project's files."""

    def __init__(
        self,
        identifier: str,
        sources: Mapping[str, Source],
        scope: Scope,
        python: tuple[int, int],
        wishes: Wishes,
        oracle: Oracle | None = None,
        installed: Installed | None = None,
    ) -> None:
        self._oracle = oracle
        self._told = Told(_name(oracle), {}) if oracle else None
        self.is_cut_short = False
        self._identifier = identifier
        self._sources = sources
        self._scope = scope
        self._wishes = wishes
        self.symbols = Symbols(sources)
        self.files = RaiseFiles(self.symbols)
        files, is_closed = self.files, wishes.is_closed
        self.packages = (
            InstalledPackages(installed, python, lambda: files.rebound()[0]) if installed else Packages()
        )
        self._types = Types(
            self.symbols,
            python,
            files.may_be_none,
            files.is_set_elsewhere,
            is_closed,
            self.packages,
            files.given_back,
        )
        self._kinds = ExceptionTypes(self.symbols, python, self.packages)
        self._names = Names(self.symbols, self.files, self._kinds, self.packages)
        self.observations = wishes.recording.observations() if wishes.recording else None
        self._recorded = Recorded(self.observations or Observations(), self.symbols, self._kinds)
        self.judge = self._made({})

    def _made(self, narrowed: Mapping[tuple[str, int], tuple[Raisable, ...]]) -> Judge:
        """A judge for whom some clauses, by path and line, catch other types than they are written with."""
        effects = Effects(self._types, self.files, self._kinds, self._wishes.is_closed, narrowed, self._told)
        sets = Sets(self._kinds, effects.of_function, effects.calls.is_generator)
        return Judge(
            effects,
            sets,
            self._kinds,
            self._names,
            self._wishes.keeps_type_errors,
            self._scope.level,
            self._recorded,
        )

    def decided(self, paths: Sequence[str]) -> Decided:
        """What becomes of every broad handler of these files.

        A handler that is narrowed without a proof may let something out that it caught before, so that what rests on it
        is judged again as the project will be then. What doesn't hold then is left as it is.
        """
        self.files.read(paths)
        sites = {path: found for path in paths if (found := self.handlers(path))}
        self.inform(
            lambda: [v for found in self._pass(sites).values() for _, v in found if isinstance(v, Verdict)]
        )
        decided = self._pass(sites)
        narrowed = self._narrowed(decided)
        left: set[tuple[str, int, int]] = set()
        for _ in range(MOST_PASSES if self._scope.level is not Level.PROVED else 0):
            self.judge = self._made(narrowed)
            again = self._pass(sites)
            left |= {k for k in _applied(decided, self._scope) if k not in _applied(again, self._scope)}
            decided = {
                p: [(h, _left(v) if _key(h) in left else v) for h, v in found] for p, found in again.items()
            }
            before, narrowed = narrowed, self._narrowed(decided)
            if before == narrowed:
                break
        return decided

    def inform(self, undecided: Callable[[], Iterable[Verdict]]) -> None:
        """Ask the type checker for the types that are missing in some verdicts, which `undecided` gives anew each time: the
        answers may lead to more questions."""
        if self._oracle is None:
            return
        told: dict[TypeQuestion, Members] = {}
        with self._oracle.conversation(self._sources, self._types.python) as talk:
            for _ in range(MOST_ROUNDS):
                wanted = {q for v in undecided() if v.raised.unknown for q in v.raised.asks}
                questions = sorted(wanted - told.keys())
                if not questions:
                    break
                told.update(zip(questions, talk.types(questions), strict=True))
                self._told = Told(_name(self._oracle), told)
                self.judge = self._made({})
                self.is_cut_short = talk.is_cut_short
                if talk.is_cut_short:
                    break

    def _pass(self, sites: Mapping[str, list[Handler]]) -> Decided:
        decided: Decided = {}
        for path, handlers in sites.items():
            found = [(handler, self._verdict(path, handler)) for handler in handlers]
            if any(v.rests_on_recording for _, v in found if isinstance(v, Verdict)):
                found = [(handler, _held(v) if isinstance(v, Verdict) else v) for handler, v in found]
            decided[path] = found
        return decided

    def _narrowed(self, decided: Decided) -> dict[tuple[str, int], tuple[Raisable, ...]]:
        """What the clauses that change will catch."""
        return {
            (path, handler.clause.line): verdict.kinds
            for path, found in decided.items()
            for handler, verdict in found
            if isinstance(verdict, Verdict) and is_applied(verdict, self._scope)
        }

    def handlers(self, path: str) -> list[Handler]:
        """The broad handlers of a file, from its top."""
        facts = self.files.facts(path)
        if facts is None:
            return []
        found = [h for h in _handlers(path, facts) if self.judge.is_broad(h.clause, h.place)]
        return sorted(found, key=lambda h: (h.clause.line, h.site.column))

    def _verdict(self, path: str, handler: Handler) -> Verdict | Finding:
        """What is decided about a handler; a finding for one that this run leaves alone whatever could become of it."""
        clause = handler.clause
        lines = text_of(self._sources[path].data).lines
        if any(
            is_suppressed(lines[n - 1], self._identifier) for n in (clause.line, handler.site.types.end_line)
        ):
            finding = plain_finding(
                path, handler, Status.SUPPRESSED, Level.BOUNDARY, "a comment asks to leave it"
            )
            return structs.replace(finding, reason=str(Reason.SUPPRESSED))
        if not self._scope.selects(path, clause.line, clause.end_line):
            finding = plain_finding(
                path, handler, Status.UNCHANGED, Level.BOUNDARY, "not among the sites asked for"
            )
            return structs.replace(finding, reason=str(Reason.NOT_SELECTED))
        return _uncommented(self.judge.decide(handler), handler, lines)


def _name(oracle: Oracle) -> str:
    return f"{oracle.tool} {oracle.version}"


def is_applied(verdict: Verdict, scope: Scope) -> bool:
    """Whether a run writes what a verdict says."""
    return verdict.header is not None and scope.level.admits(verdict.level)


def _applied(decided: Decided, scope: Scope) -> set[tuple[str, int, int]]:
    return {
        _key(handler)
        for found in decided.values()
        for handler, verdict in found
        if isinstance(verdict, Verdict) and is_applied(verdict, scope)
    }


def _key(handler: Handler) -> tuple[str, int, int]:
    return handler.place.path, handler.clause.line, handler.site.column


def _left(verdict: Verdict | Finding) -> Verdict | Finding:
    """A verdict on a handler that could be narrowed only as long as others weren't."""
    if isinstance(verdict, Finding) or verdict.header is None:
        return verdict
    message = "with the handlers in its body narrowed, more arrives here than is known"
    return structs.replace(
        verdict, level=Level.SUGGESTED, reason=Why.RESTS_ON_OTHERS, message=message, header=None
    )


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
