"""From the project's files to a plan for each file of hoist-imports: facts, decisions, findings, edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.import_edits import FilePlan, ImportFacts
from refactorkit.analysis.import_facts import FileImports, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_guards import Guard
from refactorkit.analysis.import_hazards import Hazards
from refactorkit.analysis.import_plan import Planner
from refactorkit.analysis.import_reading import Reading
from refactorkit.analysis.import_requirements import Requirements
from refactorkit.analysis.import_verdicts import ORDINARY, Action, Special, Verdict
from refactorkit.analysis.interface_verdicts import Moves
from refactorkit.analysis.modules import Modules
from refactorkit.analysis.patch_strings import Excused, Key, NewPatch, excusable, new_patches, unmoved
from refactorkit.config import Scope
from refactorkit.model import Finding, Level, Reason, Source, Status

ACTS = {
    Action.DELETED: "the repeated import goes",
    Action.TYPE_CHECKING: "imported for type checkers only",
    Action.HOISTED: "imported at the top",
    Action.RETARGETED: "imported at the top from its home",
    Action.EXTRACTED: "imported at the top from an interface module",
}
MOVING = (Action.HOISTED, Action.RETARGETED, Action.DELETED)
NOTHING_MOVED = Moves()


class Survey(Struct, frozen=True):
    """A plan for all files, and what it was made from: `graph` holds the imports as they are after it."""

    facts: ImportFacts
    verdicts: tuple[Verdict, ...]
    graph: ImportGraph
    hazards: Hazards


def plan_imports(
    reading: Reading,
    sources: Mapping[str, Source],
    scope: Scope,
    allow_startup: bool,
    entries: Sequence[str],
    declared: Iterable[str],
    special: Special = ORDINARY,
    requirements: Requirements | None = None,
    moves: Moves = NOTHING_MOVED,
    rewrites_patches: bool = False,
) -> Survey:
    """What becomes of each deferred import in scope. `entries` are dotted modules that users start.

    `reading` is what the files say; with `rewrites_patches` their text is looked at, too, for strings in tests may name
    another place to replace a name at.
    Where symbols moved already, `sources` are the files after that, and findings stand where the lines were before.
    """
    files = reading.files
    starts = entry_paths(sources, entries)

    def planner_with(excused: Collection[Key]) -> Planner:
        known = frozenset(declared), special, requirements, moves.interfaces, excused
        return Planner(sources, reading, allow_startup, starts, *known)

    wanted, findings = _wanted(reading, sources, scope, moves)
    excused = excusable(sources, files, ImportGraph(sources, files)) if rewrites_patches else {}
    planner, decided = _decided(planner_with, wanted, files, excused)
    verdicts = [_extracted(verdict, planner.graph, moves) for verdict in decided]
    by_path: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_path.setdefault(verdict.path, []).append(verdict)
        finding = finding_of(verdict, planner.graph, moves)
        findings.setdefault(finding.path, []).append(finding)
    roots = tuple(sorted({planner.graph.name(p).partition(".")[0] for p in sources}))
    plans = {
        path: file_plan(files[path], by_path.get(path, ()), findings.get(path, ()), roots)
        for path in {**by_path, **findings}
    }
    patched = new_patches(excused, sources, planner.graph)
    for path, patches in patched.items():
        plans[path] = _with_patches(path, plans.get(path), patches)
    failures = {path: why for path, why in reading.failures.items() if sources[path].in_scope}
    facts = ImportFacts(files=plans, failures=failures)
    return Survey(facts, tuple(verdicts), planner.graph, planner.hazards)


def _wanted(
    reading: Reading,
    sources: Mapping[str, Source],
    scope: Scope,
    moves: Moves,
) -> tuple[list[tuple[str, ImportStatement]], dict[str, list[Finding]]]:
    """The deferred imports to decide on, those first for which symbols moved, and the findings of the others by path."""
    wanted: list[tuple[str, ImportStatement]] = []
    findings: dict[str, list[Finding]] = {}
    for path in sorted(reading.files):
        if not sources[path].in_scope:
            continue
        suppressed = set(reading.ignored[path])
        for statement in reading.files[path].statements:
            if not statement.is_deferred:
                continue
            held = _held_back(path, statement, suppressed, scope, moves)
            if held is None:
                wanted.append((path, statement))
            else:
                findings.setdefault(held.path, []).append(held)
    wanted.sort(key=lambda site: moves.origin(site[0], site[1].line) not in moves.wanted)
    return wanted, findings


def _decided(
    planner_with: Callable[[Collection[Key]], Planner],
    wanted: Sequence[tuple[str, ImportStatement]],
    files: Mapping[str, FileImports],
    excused: dict[Key, Excused],
) -> tuple[Planner, list[Verdict]]:
    """The verdicts, where replaced names may be moved; those whose imports don't all move are taken out of `excused`."""
    while True:
        planner = planner_with(excused.keys())
        verdicts = planner.decide_all(wanted)
        moved = {(v.path, v.statement.line) for v in verdicts if v.action in MOVING}
        stuck = unmoved(excused, files, planner.graph, moved)
        if not stuck:
            return planner, verdicts
        for key in stuck:
            del excused[key]


def _with_patches(path: str, plan: FilePlan | None, patches: Sequence[NewPatch]) -> FilePlan:
    """The plan of a file in which strings name another place."""
    plan = plan or FilePlan(())
    found = [
        Finding(
            path=path,
            line=patch.line,
            column=0,
            end_line=patch.line,
            status=Status.CHANGED,
            level=Level.PROVED,
            message=f"replaces {', '.join(patch.targets)}, where the name is looked up now",
            evidence={"patches": list(patch.targets)},
        )
        for patch in patches
    ]
    findings = tuple(sorted((*plan.findings, *found), key=lambda f: (f.line, f.column)))
    lines = tuple((patch.line, patch.line, patch.text) for patch in patches)
    return structs.replace(plan, findings=findings, patches=lines)


def entry_paths(sources: Mapping[str, Source], entries: Sequence[str]) -> list[str]:
    """The files of the modules with these dotted names."""
    names = Modules(sources)
    return [path for path in sources if names.name(path) in set(entries)] if entries else []


def _extracted(verdict: Verdict, graph: ImportGraph, moves: Moves) -> Verdict:
    """The verdict, which says so when what it imports was moved for it."""
    if verdict.action is not Action.RETARGETED:
        return verdict
    place = moves.origin(verdict.path, verdict.statement.line)
    if verdict.module not in {graph.name(path) for path in moves.interfaces}:
        return verdict
    return structs.replace(
        verdict,
        action=Action.EXTRACTED,
        message=f"{verdict.module} has it, a leaf that both sides import",
        cycle=moves.wanted.get(place, ()),
    )


def _held_back(
    path: str, statement: ImportStatement, suppressed: set[int], scope: Scope, moves: Moves
) -> Finding | None:
    """The finding of a site that this run leaves alone whatever could become of it."""
    ends = {statement.line, statement.end_line}
    path, statement = _placed(path, statement, moves)
    if ends & suppressed:
        return _finding(path, statement, Status.SUPPRESSED, Reason.SUPPRESSED, "a comment asks to leave it")
    if not scope.selects(path, statement.line, statement.end_line):
        return _finding(
            path, statement, Status.UNCHANGED, Reason.NOT_SELECTED, "not among the sites asked for"
        )
    return None


def _placed(path: str, statement: ImportStatement, moves: Moves) -> tuple[str, ImportStatement]:
    """A statement where it stood before anything moved."""
    home, line = moves.origin(path, statement.line)
    if (home, line) == (path, statement.line):
        return path, statement
    return home, structs.replace(statement, line=line, end_line=line + statement.end_line - statement.line)


def finding_of(verdict: Verdict, graph: ImportGraph, moves: Moves = NOTHING_MOVED) -> Finding:
    """The ledger's entry for a verdict."""
    evidence: dict[str, object] = {"action": str(verdict.action), "module": _module(verdict.statement)}
    if verdict.action is Action.EXTRACTED:
        evidence["module"] = verdict.module
    if verdict.cycle:
        evidence["cycle"] = [graph.name(path) for path in verdict.cycle]
    if verdict.loads:
        evidence["loads"] = [graph.name(p) if p in graph.files() else p for p in verdict.loads]
    status = Status.REFUSED if verdict.action is Action.LEFT else Status.CHANGED
    message = verdict.message
    if verdict.action is not Action.LEFT:
        message = f"{ACTS[verdict.action]}: {message}"
    path, statement = _placed(verdict.path, verdict.statement, moves)
    return _finding(path, statement, status, verdict.reason, message, evidence)


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
    file: FileImports, verdicts: Sequence[Verdict], findings: Sequence[Finding], roots: tuple[str, ...]
) -> FilePlan:
    """The edits of one file. `roots` are the first parts of the names of the project's modules."""
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
            pairs = [(p, b) for p, b in _pairs(statement, verdict.module) if b not in verdict.bound]
            add.update(dict.fromkeys(p for p, _ in pairs))
            bound.update(b for _, b in pairs)
    return FilePlan(
        findings=tuple(sorted(findings, key=lambda f: (f.line, f.column))),
        remove=tuple(remove),
        add=tuple(add),
        add_for_types=tuple(for_types),
        drop_for_types=tuple(sorted(bound & typed)),
        first_party=roots if add or for_types else (),
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
