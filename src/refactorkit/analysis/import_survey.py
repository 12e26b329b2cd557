"""From the project's files to a plan for each file of hoist-imports: facts, decisions, findings, edits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from refactorkit.analysis.import_edits import FilePlan, ImportFacts
from refactorkit.analysis.import_facts import FileImports, Guard, ImportStatement, file_imports
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_plan import Planner
from refactorkit.analysis.import_verdicts import Action, Verdict
from refactorkit.codemod import is_suppressed
from refactorkit.config import Scope
from refactorkit.model import Finding, Level, Reason, Source, Status
from refactorkit.splice import text_of

ACTS = {
    Action.DELETED: "the repeated import goes",
    Action.TYPE_CHECKING: "imported for type checkers only",
    Action.HOISTED: "imported at the top",
    Action.RETARGETED: "imported at the top from its home",
    Action.EXTRACTED: "imported at the top from an interface module",
}


def plan_imports(
    identifier: str,
    sources: Mapping[str, Source],
    scope: Scope,
    allow_startup: bool,
    entries: Sequence[str],
    declared: Iterable[str],
) -> ImportFacts:
    """What becomes of each deferred import in scope. `entries` are dotted modules that users start."""
    gathered = file_imports.of(sources.values())
    files = gathered.facts
    graph = ImportGraph(sources, files)
    starts = [path for path in files if graph.name(path) in set(entries)]
    planner = Planner(sources, files, allow_startup, starts, frozenset(declared))
    wanted: list[tuple[str, ImportStatement]] = []
    findings: dict[str, list[Finding]] = {}
    for path in sorted(files):
        if not sources[path].in_scope:
            continue
        suppressed = _ignored_lines(sources[path].data, identifier)
        for statement in files[path].statements:
            if not statement.is_deferred:
                continue
            held = _held_back(path, statement, suppressed, scope)
            if held is None:
                wanted.append((path, statement))
            else:
                findings.setdefault(path, []).append(held)
    verdicts = planner.decide_all(wanted)
    by_path: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_path.setdefault(verdict.path, []).append(verdict)
        findings.setdefault(verdict.path, []).append(finding_of(verdict, planner.graph))
    plans = {
        path: file_plan(path, sources, files[path], by_path.get(path, ()), found, planner.graph)
        for path, found in findings.items()
    }
    failures = {
        p: why
        for p, why in gathered.failures.items()
        if sources[p].in_scope and _has_deferred(sources[p].data)
    }
    return ImportFacts(files=plans, failures=failures)


def _ignored_lines(data: bytes, identifier: str) -> set[int]:
    if b"refactorkit" not in data:
        return set()
    return {n for n, line in enumerate(text_of(data).lines, 1) if is_suppressed(line, identifier)}


def _has_deferred(data: bytes) -> bool:
    return re.search(rb"^[ \t]+(?:import|from)[ \t]", data, re.MULTILINE) is not None


def _held_back(path: str, statement: ImportStatement, suppressed: set[int], scope: Scope) -> Finding | None:
    """The finding of a site that this run leaves alone whatever could become of it."""
    if {statement.line, statement.end_line} & suppressed:
        return _finding(path, statement, Status.SUPPRESSED, Reason.SUPPRESSED, "a comment asks to leave it")
    if not scope.selects(path, statement.line, statement.end_line):
        return _finding(
            path, statement, Status.UNCHANGED, Reason.NOT_SELECTED, "not among the sites asked for"
        )
    return None


def finding_of(verdict: Verdict, graph: ImportGraph) -> Finding:
    """The ledger's entry for a verdict."""
    evidence: dict[str, object] = {"action": str(verdict.action), "module": _module(verdict.statement)}
    if verdict.cycle:
        evidence["cycle"] = [graph.name(path) for path in verdict.cycle]
    if verdict.loads:
        evidence["loads"] = [graph.name(p) if p in graph.files() else p for p in verdict.loads]
    status = Status.REFUSED if verdict.action is Action.LEFT else Status.CHANGED
    message = verdict.message
    if verdict.action is not Action.LEFT:
        message = f"{ACTS[verdict.action]}: {message}"
    return _finding(verdict.path, verdict.statement, status, verdict.reason, message, evidence)


def _module(statement: ImportStatement) -> str:
    return statement.module or ", ".join(name.name for name in statement.names)


def _finding(
    path: str,
    statement: ImportStatement,
    status: Status,
    reason: str | None,
    message: str,
    evidence: Mapping[str, object] | None = None,
) -> Finding:
    return Finding(
        path=path,
        line=statement.line,
        column=statement.column,
        end_line=statement.end_line,
        status=status,
        level=Level.PROVED if status is Status.CHANGED else Level.BOUNDARY,
        reason=reason,
        message=message,
        evidence=dict(evidence or {"action": str(Action.LEFT), "module": _module(statement)}),
    )


def file_plan(
    path: str,
    sources: Mapping[str, Source],
    file: FileImports,
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    graph: ImportGraph,
) -> FilePlan:
    """The edits of one file."""
    add: dict[tuple[str, str], None] = {}
    for_types: dict[tuple[str, str], None] = {}
    remove: list[tuple[int, int]] = []
    bound: set[str] = set()
    typed = {name.bound for s in _for_types(file) for name in s.names}
    for verdict in verdicts:
        statement = verdict.statement
        if verdict.action is Action.LEFT:
            continue
        remove.append((statement.line, statement.end_line))
        if verdict.action is Action.TYPE_CHECKING:
            for_types.update(
                dict.fromkeys(p for p, b in _pairs(statement, None) if b not in typed | set(file.bindings))
            )
        elif verdict.action is not Action.DELETED:
            pairs = [(p, b) for p, b in _pairs(statement, verdict.module) if b not in file.bindings]
            add.update(dict.fromkeys(p for p, _ in pairs))
            bound.update(b for _, b in pairs)
    return FilePlan(
        findings=tuple(sorted(findings, key=lambda f: (f.line, f.column))),
        remove=tuple(remove),
        add=tuple(add),
        add_for_types=tuple(for_types),
        drop_for_types=tuple(sorted(bound & typed)),
        first_party=tuple(sorted({graph.name(p).partition(".")[0] for p in sources}))
        if add or for_types
        else (),
    )


def _for_types(file: FileImports) -> list[ImportStatement]:
    return [s for s in file.statements if not s.is_deferred and Guard.TYPE_CHECKING in s.guards]


def _pairs(statement: ImportStatement, module: str | None) -> list[tuple[tuple[str, str], str]]:
    """Each name as `edit_imports` takes it, with the local name that it binds."""
    return [
        (
            (module or statement.module, name.name if name.alias is None else f"{name.name} as {name.alias}"),
            name.bound,
        )
        for name in statement.names
    ]
