"""hoist-imports with interface modules: a plan without them, the symbols that could move, and a plan with these moved.

The second plan is made of the files as they will be, so that each decision in it holds there. An import that still can't
stand at the top then is not asked for again, and its symbols stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.import_edits import FilePlan, HomeEdits, ImportFacts
from refactorkit.analysis.import_survey import Survey
from refactorkit.analysis.import_verdicts import Action, Reason
from refactorkit.analysis.interface_plan import Interface, InterfacePlanner, Limits
from refactorkit.analysis.interface_verdicts import ExtractionReason, Moves, Refusal
from refactorkit.analysis.module_symbols import Kind, ModuleSymbols, module_symbols
from refactorkit.analysis.project_text import ProjectText
from refactorkit.analysis.symbol_traits import Trait
from refactorkit.hoisting import hoist
from refactorkit.interface_modules import Moved, is_valid, move_out, write
from refactorkit.model import Change, Finding, Outcome, Source
from refactorkit.splice import text_of

ROUNDS = 5
"""Plans that are made before no symbol is moved at all: each drops what the one before could not use."""

Place = tuple[str, int]


class _Built(Struct, frozen=True):
    """What changes with symbols moved: the new modules and the homes that they came from, both by path."""

    sources: dict[str, Source]
    moves: Moves
    homes: dict[str, HomeEdits]
    barred: dict[Place, Refusal]


def plan_with_interfaces(
    survey: Callable[[Mapping[str, Source], Moves], Survey],
    text: ProjectText,
    limits: Limits,
    excluded: Sequence[Place] = (),
) -> ImportFacts:
    """The plan for all files. `survey` makes one with files as they are given, by path, and all others as they are.

    `excluded` are (path, line) that may not move.
    """
    first = survey({}, Moves())
    planner = InterfacePlanner(text, first.graph, first.hazards, limits)
    refused: dict[Place, Refusal] = {}
    for _ in range(ROUNDS):
        plan = planner.plan(first.verdicts, refused)
        refused = plan.refused
        if not plan.interfaces:
            break
        cycles = {(v.path, v.statement.line): v.cycle for v in first.verdicts if v.cycle}
        built = _build(text, first, plan.interfaces, cycles, excluded)
        if built.barred:
            refused = {**refused, **built.barred}
            continue
        second = survey(built.sources, built.moves)
        failed = _unused(second, built.moves)
        if not failed:
            return _with_refusals(_with_homes(second.facts, built), refused)
        refused = {**refused, **failed}
    return _with_refusals(first.facts, refused)


def _unused(second: Survey, moves: Moves) -> dict[Place, Refusal]:
    """The imports for which symbols were moved and that stay nevertheless, with what keeps them."""
    failed = {}
    for verdict in second.verdicts:
        place = moves.origin(verdict.path, verdict.statement.line)
        if place in moves.wanted and verdict.action is not Action.EXTRACTED:
            reason = str(verdict.reason or ExtractionReason.NOT_A_LEAF)
            failed[place] = Refusal(reason, f"with an interface module: {verdict.message}")
    return failed


def _build(
    text: ProjectText,
    first: Survey,
    interfaces: Sequence[Interface],
    cycles: Mapping[Place, tuple[str, ...]],
    excluded: Sequence[Place],
) -> _Built:
    by_home: dict[str, list[Interface]] = {}
    for interface in interfaces:
        by_home.setdefault(interface.closure.home, []).append(interface)
    built = _Built({}, Moves(), {}, {})
    origins: dict[str, tuple[str, tuple[int, ...]]] = {}
    new: list[str] = []
    for home, group in by_home.items():
        source = text.source(home)
        moved = _move(text, source, first, group)
        places = {edit.line for edit in moved.edits} if moved else set()
        if moved is None or any((home, line) in excluded for line in places):
            said = "its module uses it above its imports" if moved is None else "moving it was left out"
            reason = ExtractionReason.REGISTRATION_ORDER if moved is None else Reason.IMPORT_CYCLE
            built.barred.update((p, Refusal(reason, said)) for i in group for p in i.wanted)
            continue
        built.homes[home] = _home_edits(home, moved)
        built.sources[home] = structs.replace(source, data=moved.after)
        origins[home] = home, moved.origin
        for interface in group:
            symbols = _symbols(source)
            name = first.graph.name(home)
            pins = [*_pinned(text, interface, symbols, name)]
            written = write(text_of(source.data), symbols, interface, name, pins)
            if not is_valid(written.data):
                said = "what would move does not stand alone"
                built.barred.update(
                    (p, Refusal(ExtractionReason.FIXED_MODULE, said)) for p in interface.wanted
                )
            built.sources[interface.path] = Source(path=interface.path, data=written.data)
            origins[interface.path] = home, written.origin
            new.append(interface.path)
    wanted = {place: cycles.get(place, ()) for i in interfaces for place in i.wanted}
    return structs.replace(built, moves=Moves(tuple(new), origins, wanted))


def _symbols(source: Source) -> ModuleSymbols:
    return module_symbols.of([source]).facts[source.path]


def _move(text: ProjectText, source: Source, first: Survey, group: Sequence[Interface]) -> Moved | None:
    home, symbols = source.path, _symbols(source)
    named = [(i, _module(first, home, i, symbols)) for i in group]
    roots = {first.graph.name(path).partition(".")[0] for path in text.files}
    orphans = [*_orphans(text, source, first, group, symbols)]
    moved = move_out(source.data, symbols, named, orphans, lambda root: root in roots)
    return moved if moved is not None and is_valid(moved.after) else None


def _module(first: Survey, home: str, interface: Interface, symbols: ModuleSymbols) -> str:
    """The interface module as the home imports it."""
    stem = interface.path.rpartition("/")[2].removesuffix(".py")
    if symbols.has_relative_imports:
        return f".{stem}"
    name = first.graph.name(home)
    package = name if home.endswith("__init__.py") else name.rpartition(".")[0]
    return f"{package}.{stem}" if package else stem


def _orphans(
    text: ProjectText,
    source: Source,
    first: Survey,
    group: Sequence[Interface],
    symbols: ModuleSymbols,
) -> Iterator[str]:
    """The imported names that only moved symbols needed, and that nobody takes from the home."""
    home = source.path
    if home.endswith("__init__.py"):
        return
    moved = {p for i in group for p in i.closure.moved}
    staying = [s for p, s in enumerate(symbols.statements) if p not in moved]
    needed = {name for s in staying for name in s.needs}
    pinned_types = {n for p in moved for n in symbols.statements[p].typed}
    exported = set(first.graph.files()[home].exported or ())
    taken = first.graph.taken_from(home)
    stem = home.rpartition("/")[2].removesuffix(".py")
    lines = text_of(source.data).lines
    for name in sorted({n for i in group for n in (*i.closure.runtime, *i.closure.typing)}):
        if name in needed | exported | taken | pinned_types or "*" in taken:
            continue
        binders = [s for s in staying if name in s.binds]
        if any(i.bound == name and i.alias == name for s in binders for i in s.imports):
            continue
        if any(b"#" in line for s in binders for line in lines[s.line - 1 : s.end_line]):
            continue  # a comment may say why it is there
        if not text.is_attribute(stem, name):
            yield name


def _pinned(text: ProjectText, interface: Interface, symbols: ModuleSymbols, home: str) -> Iterator[str]:
    """The functions and classes that other code knows by their module's name: registered, pickled, named in strings."""
    statements = [symbols.statements[p] for p in interface.closure.moved]
    reads_module = any(Trait.READS_MODULE in s.traits for s in statements)
    for statement in statements:
        if statement.kind not in (Kind.FUNCTION, Kind.CLASS) or Trait.OVERLOAD in statement.traits:
            continue
        name = statement.binds[0]
        if (
            reads_module
            or {Trait.ACTIVE, Trait.PICKLED} & set(statement.traits)
            or text.is_near_pickling(name)
            or text.is_quoted(home, name)
        ):
            yield name


def _home_edits(home: str, moved: Moved) -> HomeEdits:
    findings = tuple(Finding.following(home, e.line, e.end_line, e.message) for e in moved.edits)
    splices = tuple((e.splice.first, e.splice.last, e.splice.text) for e in moved.edits)
    return HomeEdits(splices=splices, findings=findings, retired=moved.retired, origin=moved.origin)


def _with_homes(facts: ImportFacts, built: _Built) -> ImportFacts:
    """The facts with the edits of the homes; the plans of new modules apart, since nothing is there to be rewritten."""
    files = dict(facts.files)
    for home, edits in built.homes.items():
        files[home] = structs.replace(files.get(home, FilePlan(findings=())), home=edits)
    new = {
        path: (built.sources[path].data, files.pop(path, FilePlan(findings=())))
        for path in built.moves.interfaces
    }
    return structs.replace(facts, files=files, interfaces=new)


def _with_refusals(facts: ImportFacts, refused: Mapping[Place, Refusal]) -> ImportFacts:
    """The facts, in which each import that is left in a cycle says what kept its symbols from moving."""
    files = {
        path: structs.replace(plan, findings=tuple(_said(finding, refused) for finding in plan.findings))
        for path, plan in facts.files.items()
    }
    return structs.replace(facts, files=files)


def _said(finding: Finding, refused: Mapping[Place, Refusal]) -> Finding:
    refusal = refused.get((finding.path, finding.line))
    if refusal is None or finding.reason != Reason.IMPORT_CYCLE:
        return finding
    if refusal.reason == Reason.IMPORT_CYCLE:
        return finding
    return structs.replace(
        finding,
        reason=str(refusal.reason),
        message=f"{finding.message}; no interface module: {refusal.message}",
        evidence={**finding.evidence, **refusal.evidence},
    )


def rewrite(source: Source, plan: FilePlan) -> Outcome:
    """The file with its symbols moved out, if any, and then with its imports moved."""
    home = plan.home
    if home is None:
        return hoist(source, plan)
    text = text_of(source.data)
    after = text.apply(home.applied())
    outcome = hoist(structs.replace(source, data=after), structs.replace(plan, home=None, findings=()))
    moved = outcome if isinstance(outcome, Change) else None
    found = [_at_origin(f, home.origin) for f in moved.findings] if moved else []
    return Change(
        path=source.path,
        before=source.data,
        after=moved.after if moved else after,
        findings=tuple(sorted((*plan.findings, *home.findings, *found), key=lambda f: (f.line, f.column))),
        retired=(*home.retired, *(moved.retired if moved else ())),
        mode=source.mode,
    )


def _at_origin(finding: Finding, origin: Sequence[int]) -> Finding:
    """A finding of the file without its symbols, on the lines of the file before."""
    lines = [line for line in origin[finding.line - 1 : max(finding.line, finding.end_line)] if line]
    lines = lines or [line for line in origin[finding.line - 1 :] if line][:1] or [max(origin)]
    return structs.replace(finding, line=min(lines), end_line=max(lines))


def new_modules(facts: ImportFacts) -> tuple[Change, ...]:
    """The interface modules as they are to be written, their own imports moved too."""
    made = []
    for path, (data, plan) in sorted(facts.interfaces.items()):
        outcome = hoist(Source(path=path, data=data), plan)
        after = outcome.after if isinstance(outcome, Change) else data
        made.append(Change(path=path, before=None, after=after))
    return tuple(made)
