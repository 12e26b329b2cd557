"""Callers of sync halves inside `async def`: every awaited call whose name is a sync half's, judged and planned.

`migrations` is what the codemod asks: edits and findings by file, for all pairs that a dispatching decorator declares.
Where nothing dispatches, an awaited call of the sync half would fail, so pairs by naming convention have no such callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from refactorkit.analysis.awaited_calls import AwaitedCall, FileCalls, awaited_calls
from refactorkit.analysis.caller_edits import ImportEdit, Migration, Rename
from refactorkit.analysis.caller_imports import is_orphaned, is_taken_from, needed_import
from refactorkit.analysis.caller_reasons import Reason
from refactorkit.analysis.caller_verdicts import Judge, Verdict
from refactorkit.analysis.expressions import Attribute, Name, written
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.modules import module_parts
from refactorkit.analysis.pairs import Pair
from refactorkit.analysis.replacements import Replacement, replacements
from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.type_questions import Oracle, Position
from refactorkit.analysis.values import Place
from refactorkit.model import Finding, Level, Source, Status

Wanted = Callable[[Source, int, int, Level], tuple[Status, str | None]]
"""What the run's scope, level and the comments in the file make of a site on the lines `first` to `last`."""


Gone = Mapping[str, Sequence[tuple[int, int]]]
"""Ranges of lines by path."""


Judged = list[tuple[AwaitedCall, Verdict]]


class _Site(Struct, frozen=True):
    """A call that can move, with the import that it needs, if any."""

    call: AwaitedCall
    verdict: Verdict
    edit: ImportEdit | None


def migrations(
    sources: Mapping[str, Source],
    pairs: Iterable[Pair],
    wanted: Wanted,
    dispatchers: Sequence[str],
    flag: str = "_sync",
    gone: Gone = MappingProxyType({}),
    oracle: Oracle | None = None,
) -> dict[str, Migration]:
    """What becomes of the callers in each file in scope that has any, by path.

    `dispatchers` are the decorators that declare pairs, `flag` is the keyword argument by which a call chooses a half,
    `gone` are lines (from 1, both ends included) that this run takes out, by path, `oracle` a type checker that is asked
    about receivers that source alone doesn't tell.
    """
    halves = _halves(pairs)
    names = tuple(sorted({pair.sync.short for pair in halves.values()}))
    admitted = [s for s in sources.values() if s.in_scope and may_await(s.data, names)] if names else []
    gathered = awaited_calls.of(admitted, names)
    short = frozenset(name.rpartition(".")[2] for name in dispatchers)
    symbols = Symbols(sources)
    symbols.read([*dict.fromkeys(path for path, facts in gathered.facts.items() if facts.calls)])
    types = Inference(symbols, short)
    judge = Judge(types, halves, short, flag)
    judged = {
        path: [
            (call, judge.verdict(call, Place(path, facts.scopes, call.scope)))
            for call in facts.calls
            if not any(first <= call.name_line <= last for first, last in gone.get(path, ()))
        ]
        for path, facts in sorted(gathered.facts.items())
        if facts.calls
    }
    if oracle is not None:
        judged = _asked(oracle, sources, judge, judged)
    moving = {v.pair.sync.short for vs in judged.values() for _, v in vs if v.pair and v.reason is None}
    replaced = replacements(sources.values(), moving)
    judged = {
        path: [
            (call, _unless_replaced(verdict, replaced, symbols.module_name(path)))
            for call, verdict in verdicts
        ]
        for path, verdicts in judged.items()
    }
    return {
        path: _in_file(types, sources[path], gathered.facts[path], verdicts, wanted, gone.get(path, ()))
        for path, verdicts in judged.items()
        if verdicts
    }


def _unless_replaced(verdict: Verdict, replaced: frozenset[Replacement], module: str) -> Verdict:
    """The verdict, or the refusal of a call whose function is replaced at home, or under its name in the calling module."""
    if verdict.reason is not None or verdict.pair is None:
        return verdict
    half = verdict.pair.sync
    home = half.owner.rpartition(".")[2] or module_parts(half.path)[-1]
    for owner in (home, module.rpartition(".")[2]):
        if (owner, half.short) in replaced:
            return Verdict(
                f"{owner}.{half.short} is replaced at run time", Reason.REPLACED_NAME, verdict.pair
            )
    return verdict


def _asked(
    oracle: Oracle, sources: Mapping[str, Source], judge: Judge, judged: Mapping[str, Judged]
) -> dict[str, Judged]:
    """The verdicts, those on receivers that aren't known replaced where the oracle knows them."""
    open_ = {
        Position(path, call.name_line, call.name_column): call
        for path, verdicts in judged.items()
        for call, verdict in verdicts
        if verdict.reason is Reason.UNRESOLVED_RECEIVER and isinstance(call.callee, Attribute)
    }
    answers = dict(zip(open_, oracle(sources, tuple(open_)), strict=True))
    return {
        path: [
            (
                call,
                judge.pointed(call, answers.get(Position(path, call.name_line, call.name_column))) or verdict,
            )
            for call, verdict in verdicts
        ]
        for path, verdicts in judged.items()
    }


def _halves(pairs: Iterable[Pair]) -> dict[tuple[str, str], Pair]:
    """The pairs by their sync halves; one that is defined twice in its scope is no known pair."""
    found: dict[tuple[str, str], Pair] = {}
    twice = set()
    for pair in pairs:
        key = pair.sync.path, pair.sync.name
        if key in found:
            twice.add(key)
        if pair.decorator:
            found[key] = pair
    return {key: pair for key, pair in found.items() if key not in twice}


def may_await(data: bytes, names: Sequence[str]) -> bool:
    """Whether a file may hold an awaited call of one of these names: a cheap, generous choice."""
    if b"await" not in data:
        return False
    return any(name.encode() in data for name in names)


def _in_file(
    types: Inference,
    source: Source,
    facts: FileCalls,
    verdicts: Judged,
    wanted: Wanted,
    gone: Sequence[tuple[int, int]],
) -> Migration:
    findings: list[Finding] = []
    sites: list[_Site] = []
    for call, verdict in verdicts:
        place = Place(source.path, facts.scopes, call.scope)
        edit = None
        if verdict.reason is None and isinstance(call.callee, Name) and verdict.pair is not None:
            answer = needed_import(types, verdict.pair, place)
            if isinstance(answer, tuple):
                verdict = Verdict(answer[1], answer[0], verdict.pair, callees=verdict.callees)
            else:
                edit = answer
        finding = _finding(source, call, verdict, wanted)
        findings.append(finding)
        if finding.status is Status.CHANGED:
            sites.append(_Site(call, verdict, edit))
    renames = tuple(Rename(s.call.name_line, s.call.name_column, s.call.name, s.verdict.new) for s in sites)
    return Migration(tuple(findings), renames, tuple(_imports(types.symbols, source.path, sites, gone)))


def _imports(
    symbols: Symbols, path: str, sites: Sequence[_Site], gone: Sequence[tuple[int, int]]
) -> list[ImportEdit]:
    """The edits of imports, one for each statement; a sync name that nothing uses any more goes."""
    edits: dict[int, ImportEdit] = {}
    for name in sorted({site.call.name for site in sites if site.edit}):
        own = {s.edit.line: s.edit for s in sites if s.edit and s.call.name == name}
        calls = sum(1 for s in sites if s.call.name == name and isinstance(s.call.callee, Name))
        orphaned = is_orphaned(symbols, path, name, calls + len(own), gone)
        orphaned = orphaned and (
            all(e.is_local for e in own.values()) or not is_taken_from(symbols, path, name)
        )
        remove = (name,) if orphaned else ()
        for line, edit in own.items():
            before = edits.get(line, ImportEdit(line, edit.module, (), (), edit.is_local))
            edits[line] = ImportEdit(
                line, edit.module, (*before.add, *edit.add), (*before.remove, *remove), edit.is_local
            )
    return [edits[line] for line in sorted(edits)]


def _finding(source: Source, call: AwaitedCall, verdict: Verdict, wanted: Wanted) -> Finding:
    status, reason = Status.REFUSED, str(verdict.reason)
    level, message = Level.BOUNDARY, f"{written(call.callee)} stays: {verdict.message}"
    given: str | None = reason
    if verdict.reason is Reason.OTHER_FUNCTION:
        status = Status.UNCHANGED  # there is nothing to do
    if verdict.reason is None:
        status, given = wanted(source, call.line, call.end_line, verdict.level)
        level = verdict.level
        message = f"{written(call.callee)} becomes {verdict.new}: {verdict.message}"
    evidence: dict[str, Any] = {"call": written(call.callee)}
    if verdict.pair is not None:
        evidence |= {"pair": verdict.pair.names, "defined": verdict.pair.sync.path}
    if verdict.callees:
        evidence["callees"] = list(verdict.callees)
    if verdict.reason is None:
        evidence["open"] = verdict.is_open
    return Finding(
        path=source.path,
        line=call.line,
        column=call.column,
        end_line=call.end_line,
        status=status,
        level=level,
        reason=given,
        message=message,
        evidence=evidence,
    )
