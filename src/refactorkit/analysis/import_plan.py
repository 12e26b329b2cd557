"""What becomes of every deferred import of a project: one plan for all, in which each decision counts for the next.

The order of the questions is that of the codemod's documentation: delete, type-checking, hoist, retarget, leave. The
first that applies decides. Nothing here edits anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import structs

from refactorkit.analysis.import_bindings import Bindings
from refactorkit.analysis.import_comments import explains_deferral
from refactorkit.analysis.import_facts import ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph, is_package
from refactorkit.analysis.import_groups import grouped
from refactorkit.analysis.import_guards import Guard
from refactorkit.analysis.import_hazards import Hazards, is_test_or_build_file
from refactorkit.analysis.import_order import ImportOrder
from refactorkit.analysis.import_reading import Reading
from refactorkit.analysis.import_requirements import Installed, Requirements
from refactorkit.analysis.import_uses import Use
from refactorkit.analysis.import_verdicts import ORDINARY, Action, Reason, Special, Verdict, left
from refactorkit.model import Source


class Planner:
    """Decides on the deferred imports of a project, one after the other.

    `allow_startup` accepts that importing a module loads more than before. `entries` are the files that users start, and
    `declared` and `requirements` what is installed whenever the project is. `special` are names that the user
    says something about. `interfaces` are new modules: only what the entries load counts for them.
    `excused` are (module, name) that tests replace and will replace elsewhere.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        reading: Reading,
        allow_startup: bool = False,
        entries: Sequence[str] = (),
        declared: Collection[str] = (),
        special: Special = ORDINARY,
        requirements: Requirements | None = None,
        interfaces: Collection[str] = (),
        excused: Collection[tuple[str, str]] = (),
    ) -> None:
        self._files = files = reading.files
        self._graph = ImportGraph(sources, files)
        self.hazards = Hazards(reading.replaced, self._graph, excused)
        self._allow_startup = allow_startup
        self._installed = Installed(self._graph, entries, declared, requirements or Requirements({}))
        self._bindings = Bindings(files, self._graph)
        self._special = special
        self._decided: frozenset[tuple[str, int, int]] = frozenset()
        self._order = ImportOrder(self._graph)
        self._star_imported = self._graph.star_imported()
        self._interfaces, self._entries = frozenset(interfaces), tuple(entries)

    @property
    def graph(self) -> ImportGraph:
        """The imports as they are after all decisions so far."""
        return self._graph

    def decide_all(self, statements: Sequence[tuple[str, ImportStatement]]) -> list[Verdict]:
        """What becomes of these deferred imports, in their order.

        What is hoisted can make room for another (its modules are loaded then anyway), so that those left are asked
        again until nothing changes: a second run finds nothing to do.
        """
        groups = grouped(statements, self._bindings)
        self._decided = frozenset((path, s.line, s.column) for path, s in statements)
        verdicts: dict[int, Verdict] = {}
        moved = True
        while moved:
            moved = False
            for group in groups:
                if all(n not in verdicts or verdicts[n].action is Action.LEFT for n in group):
                    verdicts.update(zip(group, self._decide([statements[n] for n in group]), strict=True))
                    moved |= any(verdicts[n].action is not Action.LEFT for n in group)
        return [verdicts[n] for n in range(len(statements))]

    def _decide(self, group: Sequence[tuple[str, ImportStatement]]) -> list[Verdict]:
        """The verdicts on imports of which all go or none; those that go are part of the graph from then on."""
        verdicts = [self._judge(path, statement) for path, statement in group]
        stays = next((v for v in verdicts if v.action is Action.LEFT), None)
        line = stays.statement.line if stays else self._held_back(group)
        if line is not None:
            said = f"line {line} imports the name there too, and stays"
            return [
                v if v.action is Action.LEFT else left(v.path, v.statement, Reason.NAME_STAYS_LOCAL, said)
                for v in verdicts
            ]
        for index, (path, statement) in enumerate(group):
            # The ones before it count already.
            verdict = self._judge(path, statement) if index else verdicts[0]
            if verdict.action in (Action.HOISTED, Action.RETARGETED):
                self._add(path, structs.replace(statement, module=verdict.module or ""))
            verdicts[index] = verdict
        return verdicts

    def _held_back(self, group: Sequence[tuple[str, ImportStatement]]) -> int | None:
        """The line of another import of one of the names that this run doesn't decide on."""
        for path, statement in group:
            for other in self._bindings.around(path, statement):
                if (path, other.line, other.column) not in self._decided:
                    return other.line
        return None

    def _judge(self, path: str, statement: ImportStatement) -> Verdict:
        """What can become of one deferred import as things stand."""
        for question in (
            self._misplaced,
            self._deleted,
            self._unmovable,
            self._type_checking,
            self._hoisted_to_top,
        ):
            verdict = question(path, statement)
            if verdict is not None:
                return verdict
        raise AssertionError("the last question always has an answer")

    # Each question answers with a verdict, or with None when the next one decides.

    def _misplaced(self, path: str, statement: ImportStatement) -> Verdict | None:
        """Places that nothing is taken from."""
        scope = statement.scope.rpartition(".")[2]
        if is_test_or_build_file(path):
            return left(path, statement, Reason.TEST_OR_BUILD_FILE, "a test, or run before installation")
        sent = self._special.sends(statement.decorators)
        if sent:
            return left(path, statement, Reason.RUNS_ELSEWHERE, f"@{sent} sends the function elsewhere")
        if statement.is_prepared:
            return left(path, statement, Reason.RUNS_BEFORE_IMPORT, "the function prepares it")
        if statement.in_class:
            return left(path, statement, Reason.CLASS_SCOPE, "it makes an attribute of a local class")
        if statement.scope in ("__getattr__", "__dir__"):
            return left(path, statement, Reason.MODULE_GETATTR, f"the module's {scope} exists to import late")
        if not statement.is_alone:
            return left(path, statement, Reason.SHARED_LINE, "another statement stands on its lines")
        if statement.has_comment_inside or (statement.comment and not explains_deferral(statement.comment)):
            return left(path, statement, Reason.COMMENT_IN_STATEMENT, "a comment stands in it")
        uses = {use for name in statement.names for use in name.uses}
        if Use.GLOBAL in uses:
            return left(path, statement, Reason.REBINDS_OUTSIDE, "it sets a variable outside of the function")
        if Use.FRAME in uses:
            return left(path, statement, Reason.READS_LOCALS, "the function reads its own local names")
        if Use.BOUND in uses or self._bindings.differs_in_scope(path, statement):
            return left(path, statement, Reason.SHADOWS_LOCAL, "the function gives the name other values too")
        if self._bindings.is_mangled(path, statement):
            return left(
                path, statement, Reason.CLASS_SCOPE, "the class around it changes how the name is spelled"
            )
        return None

    def _deleted(self, path: str, statement: ImportStatement) -> Verdict | None:
        """It imports its own module, or repeats what the module level binds."""
        if self._graph.module_of(path, statement.module) == path and (
            self._files[path].is_script or path.endswith("__main__.py")
        ):
            return left(
                path, statement, Reason.RUNS_AS_SCRIPT, "as a script, the module would not import itself"
            )
        if set(statement.guards) & {Guard.OPTIONAL, Guard.FALLBACK}:
            return None  # its handler would have nothing left to handle
        if all(self._bindings.is_bound(path, statement, name) for name in statement.names):
            replaced = self._replaced(path, statement)
            if replaced is not None:
                return replaced
            return Verdict(
                path=path,
                statement=statement,
                action=Action.DELETED,
                message="the module binds the same already",
            )
        return None

    def _unmovable(self, path: str, statement: ImportStatement) -> Verdict | None:
        """What keeps an import from going anywhere."""
        acting = next((m for m in statement.meant() if m in self._special.side_effects), None)
        if acting:
            said = f"importing {acting} changes something for the whole process"
            return left(path, statement, Reason.IMPORT_SIDE_EFFECT, said)
        guards = set(statement.guards)
        if guards & {Guard.OPTIONAL, Guard.FALLBACK}:
            return left(path, statement, Reason.OPTIONAL_DEPENDENCY, "a handler expects that it fails")
        if Guard.PLATFORM in guards:
            return left(
                path,
                statement,
                Reason.OPTIONAL_DEPENDENCY,
                "it depends on the platform or on Python's version",
            )
        if guards & {Guard.TRY, Guard.WITH}:
            return left(path, statement, Reason.CONDITIONAL, "it runs inside of a `try` or `with` block")
        if guards & {Guard.TYPE_CHECKING, Guard.MAIN}:
            return left(path, statement, Reason.CONDITIONAL, "it runs only in a script, or never")
        if is_package(path):
            return left(path, statement, Reason.PACKAGE_INIT, "nothing is hoisted in a package's __init__")
        if any(not name.uses for name in statement.names):
            return left(path, statement, Reason.IMPORT_SIDE_EFFECT, "nothing in the function uses the name")
        taken = next((n.bound for n in statement.names if self._bindings.is_taken(path, statement, n)), None)
        if taken:
            return left(path, statement, Reason.SHADOWS_LOCAL, f"{taken} means something else in the module")
        if path in self._star_imported and any(not n.bound.startswith("_") for n in statement.names):
            return left(path, statement, Reason.STAR_EXPORT, "another module takes every name of this one")
        if statement.module.startswith(".") and self._graph.module_of(path, statement.module) is None:
            return left(
                path, statement, Reason.UNRESOLVED_MODULE, f"{statement.module} leads out of the project"
            )
        return None

    def _type_checking(self, path: str, statement: ImportStatement) -> Verdict | None:
        """Its names stand only where nothing evaluates them."""
        if all(set(name.uses) == {Use.ANNOTATION} for name in statement.names):
            return Verdict(
                path=path,
                statement=statement,
                action=Action.TYPE_CHECKING,
                message="used only in annotations that nothing evaluates",
            )
        return None

    def _hoisted_to_top(self, path: str, statement: ImportStatement) -> Verdict:
        """To the top as it is or from the names' home; else it is left with the obstacle of the first way."""
        replaced = self._replaced(path, statement)
        if replaced is not None:
            return replaced
        unknown = next((n.name for n in statement.names if self._is_unknown(path, statement, n)), None)
        if unknown:
            return left(path, statement, Reason.LAZY_NAME, f"nothing shows where {unknown} comes from")
        first = self._obstacle(path, statement, Action.HOISTED)
        if first is None:
            return self._accepted(
                path, statement, Action.HOISTED, "nothing new is loaded" if not self._allow_startup else ""
            )
        if first.reason in (Reason.IMPORT_CYCLE, Reason.STARTUP_COST):
            moved = self._from_home(path, statement)
            if moved is not None and self._obstacle(path, moved, Action.RETARGETED) is None:
                return Verdict(
                    path=path,
                    statement=statement,
                    action=Action.RETARGETED,
                    message=f"imported from its home {moved.module}, past {statement.module}",
                    module=moved.module,
                    bound=self._already(path, statement),
                )
        return first

    def _accepted(self, path: str, statement: ImportStatement, action: Action, why: str) -> Verdict:
        return Verdict(
            path=path,
            statement=statement,
            action=action,
            message="closes no cycle" + (f", and {why}" if why else ""),
            module=statement.module,
            bound=self._already(path, statement),
        )

    def _named(self, path: str, statement: ImportStatement) -> Iterator[str]:
        """The dotted names of the modules that a statement loads."""
        for load in self._graph.loads(path, statement):
            yield self._graph.name(load.target) if load.is_inside else load.target

    def _already(self, path: str, statement: ImportStatement) -> tuple[str, ...]:
        """The names that the module level binds to the same thing as it is."""
        return tuple(n.bound for n in statement.names if self._bindings.is_bound(path, statement, n))

    def _add(self, path: str, statement: ImportStatement) -> None:
        self._graph.add(path, self._graph.loads(path, statement))
        self._bindings.add(path, statement)

    def _obstacle(self, path: str, statement: ImportStatement, action: Action) -> Verdict | None:
        """Why the import can't stand at the top: a cycle, what it would load, what may not be installed."""
        loads = self._graph.loads(path, statement)
        cycle = self._graph.cycle(path, loads)
        if cycle is not None:
            text = " -> ".join(self._graph.name(p) for p in cycle)
            return left(path, statement, Reason.IMPORT_CYCLE, f"it would close the cycle {text}", cycle=cycle)
        targets = [load.target for load in loads]
        entered = self._order.enters_differently(path, targets)
        if entered is not None:
            text = " -> ".join(self._graph.name(p) for p in entered)
            said = f"it would start the cycle {text} from another module than today"
            return left(path, statement, Reason.ENTERS_CYCLE, said, cycle=entered)
        early = self._prepared_for(path, targets)
        if early is not None:
            said = f"line {early} runs before it"
            return left(path, statement, Reason.RUNS_BEFORE_IMPORT, said)
        loading, starts = self._graph.loading, self._graph.loading.numbers(targets)
        own = [loading.number(path)]
        required = loading.names(loading.loaded_surely(starts) & ~loading.loaded_surely(own))
        new = tuple(sorted(loading.names(loading.loaded(starts) & ~loading.loaded(own))))
        optional = self._installed.unsure(path, [n for n in required if not self._is_inside(n)])
        if optional:
            said = f"nothing shows that {optional[0]} is always installed"
            return left(path, statement, Reason.OPTIONAL_DEPENDENCY, said, loads=new)
        if self._interfaces.intersection(targets):
            more = set(loading.names(loading.starts_more(path, targets, self._entries)))
            new = tuple(sorted(more - self._interfaces))
        if new and not self._allow_startup:
            shown = ", ".join(map(self._shown, new[:3])) + (f" and {len(new) - 3} more" if new[3:] else "")
            return left(path, statement, Reason.STARTUP_COST, f"it would load {shown}", loads=new)
        if required and {Guard.CONDITION, Guard.LOOP} & set(statement.guards):
            if any(not load.is_inside for load in loads):
                return left(path, statement, Reason.CONDITIONAL, "it runs only under a condition", loads=new)
        return None

    def _prepared_for(self, path: str, targets: Sequence[str]) -> int | None:
        """The line of the file's first code that may decide what these imports find, unless all is loaded by then."""
        setups = [
            s
            for s in self._files[path].setup
            if not (s.is_given_own and self._bindings.is_inside(path, s.root))
        ]
        if not setups:
            return None
        before = [s for s in self._files[path].statements if s.runs_on_import and s.line < setups[0].line]
        starts = [load.target for s in before for load in self._graph.loads(path, s)]
        loading = self._graph.loading
        loaded = loading.loaded(loading.numbers([*self._graph.packages(path), *starts]))
        return setups[0].line if loading.loaded(loading.numbers(targets)) & ~loaded else None

    def _is_inside(self, target: str) -> bool:
        return target in self._files

    def _shown(self, target: str) -> str:
        return self._graph.name(target) if self._is_inside(target) else target

    def _from_home(self, path: str, statement: ImportStatement) -> ImportStatement | None:
        """The statement with its names imported from the module that defines them; None if they have several homes."""
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner is None:
            return None
        homes = {self._graph.home(owner, name.name) for name in statement.names}
        home = homes.pop() if len(homes) == 1 else None
        if home is None or home in (owner, path):
            return None
        return structs.replace(statement, module=self._graph.name(home))

    def _is_unknown(self, path: str, statement: ImportStatement, name: ImportedName) -> bool:
        """Whether a project module serves the name in a way that can't be followed."""
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        file = self._files.get(owner) if owner else None
        if owner is None or file is None or name.name in file.bindings:
            return False
        if self._graph.submodule(owner, name.name):
            return False
        if any(n.name == "*" for s in file.statements if s.runs_on_import for n in s.names):
            return False
        return not self._graph.lazy_homes(owner, name.name)

    def _replaced(self, path: str, statement: ImportStatement) -> Verdict | None:
        """Left, when a test or other code gives one of the names another value at one of its homes."""
        faked = self.hazards.modules & set(self._named(path, statement)) if self.hazards.modules else None
        if faked:
            said = f"a test puts another {min(faked)} into sys.modules"
            return left(path, statement, Reason.PATCHED_BY_TESTS, said)
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner == path:
            return None
        for name in statement.names:
            if owner is None:
                changes = statement.is_from and self.hazards.outside(statement.module, name.name)
                if changes:
                    said = f"{statement.module}.{name.name} gets new values while the program or a test runs"
                    return left(path, statement, changes, said)
                continue
            homes = {owner, self._graph.home(owner, name.name) or owner}
            if self.hazards.is_patched(homes, name.name):
                said = f"a test replaces {name.name} where it is imported from"
                return left(path, statement, Reason.PATCHED_BY_TESTS, said)
            if any(self.hazards.is_rebound(home, name.name) for home in homes):
                said = f"{name.name} gets new values where it is imported from"
                return left(path, statement, Reason.REBOUND_GLOBAL, said)
        return None
