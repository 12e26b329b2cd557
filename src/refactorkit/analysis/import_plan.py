"""What becomes of every deferred import of a project: one plan for all, in which each decision counts for the next.

The order of the questions is that of the codemod's documentation: delete, type-checking, hoist, retarget, leave. The
first that applies decides. Nothing here edits anything.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from refactorkit.analysis.import_comments import explains_deferral
from refactorkit.analysis.import_facts import FileImports, Guard, ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph, Load, is_package
from refactorkit.analysis.import_hazards import Hazards
from refactorkit.analysis.import_uses import Use
from refactorkit.analysis.import_verdicts import Action, Reason, Verdict
from refactorkit.model import Source

Key = tuple[str, str | None]
"""What a local name stands for: a module's file or dotted name, and the attribute (None: the module itself)."""


class Planner:
    """Decides on the deferred imports of a project, one after the other.

    `allow_startup` accepts that importing a module loads more than before. `entries` are the files that users start, and
    `declared` the top-level modules, in lower case, that the project's own metadata requires. `interfaces` are new modules
    for which only what the entries load counts.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        files: Mapping[str, FileImports],
        allow_startup: bool = False,
        entries: Sequence[str] = (),
        declared: Collection[str] = (),
        interfaces: Collection[str] = (),
    ) -> None:
        self._graph = ImportGraph(sources, files)
        self._files = files
        self._hazards = Hazards(sources, self._graph)
        self._allow_startup = allow_startup
        self._entries = tuple(entries)
        self._declared = frozenset(declared)
        self._interfaces = frozenset(interfaces)
        self._hoisted: dict[str, dict[str, Key]] = {}

    @property
    def hazards(self) -> Hazards:
        """What is patched and rebound in the project."""
        return self._hazards

    @property
    def graph(self) -> ImportGraph:
        """The imports as they are after all decisions so far."""
        return self._graph

    def decide_all(self, statements: Sequence[tuple[str, ImportStatement]]) -> list[Verdict]:
        """What becomes of these deferred imports, in their order.

        What is hoisted can make room for another (its modules are loaded then anyway), so that those left are asked
        again until nothing changes: a second run finds nothing to do.
        """
        verdicts = [self.decide(path, statement) for path, statement in statements]
        moved = True
        while moved:
            moved = False
            for index, (path, statement) in enumerate(statements):
                if verdicts[index].action is Action.LEFT:
                    verdicts[index] = self.decide(path, statement)
                    moved |= verdicts[index].action is not Action.LEFT
        return verdicts

    def decide(self, path: str, statement: ImportStatement) -> Verdict:
        """What becomes of one deferred import. A hoisted one is part of the graph from then on."""
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
        if statement.in_class:
            return _left(
                path, statement, Reason.CLASS_SCOPE, "it makes an attribute of a class inside a function"
            )
        if statement.scope in ("__getattr__", "__dir__"):
            return _left(
                path, statement, Reason.MODULE_GETATTR, f"the module's {scope} exists to import late"
            )
        if not statement.is_alone:
            return _left(path, statement, Reason.SHARED_LINE, "another statement stands on its lines")
        if statement.has_comment_inside or (statement.comment and not explains_deferral(statement.comment)):
            return _left(path, statement, Reason.COMMENT_IN_STATEMENT, "a comment stands in it")
        uses = {use for name in statement.names for use in name.uses}
        if Use.GLOBAL in uses:
            return _left(
                path, statement, Reason.REBINDS_OUTSIDE, "it sets a variable outside of the function"
            )
        if Use.FRAME in uses:
            return _left(path, statement, Reason.READS_LOCALS, "the function reads its own local names")
        if Use.BOUND in uses or self._differs_in_scope(path, statement):
            return _left(
                path, statement, Reason.SHADOWS_LOCAL, "the function gives the name other values too"
            )
        return None

    def _deleted(self, path: str, statement: ImportStatement) -> Verdict | None:
        """It imports its own module, or repeats what the module level binds."""
        if all(self._is_bound(path, statement, name) for name in statement.names):
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
        guards = set(statement.guards)
        if guards & {Guard.OPTIONAL, Guard.FALLBACK}:
            return _left(path, statement, Reason.OPTIONAL_DEPENDENCY, "a handler expects that it fails")
        if Guard.PLATFORM in guards:
            return _left(
                path,
                statement,
                Reason.OPTIONAL_DEPENDENCY,
                "it depends on the platform or on Python's version",
            )
        if guards & {Guard.TRY, Guard.WITH}:
            return _left(path, statement, Reason.CONDITIONAL, "it runs inside of a `try` or `with` block")
        if is_package(path):
            return _left(path, statement, Reason.PACKAGE_INIT, "nothing is hoisted in a package's __init__")
        if any(not name.uses for name in statement.names):
            return _left(path, statement, Reason.IMPORT_SIDE_EFFECT, "nothing in the function uses the name")
        taken = next((n.bound for n in statement.names if self._is_taken(path, statement, n)), None)
        if taken:
            return _left(path, statement, Reason.SHADOWS_LOCAL, f"{taken} means something else in the module")
        if statement.module.startswith(".") and self._graph.module_of(path, statement.module) is None:
            return _left(
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
            return _left(path, statement, Reason.LAZY_NAME, f"nothing shows where {unknown} comes from")
        first = self._obstacle(path, statement, Action.HOISTED)
        if first is None:
            return self._accept(
                path, statement, Action.HOISTED, "nothing new is loaded" if not self._allow_startup else ""
            )
        if first.reason in (Reason.IMPORT_CYCLE, Reason.STARTUP_COST):
            moved = self._from_home(path, statement)
            if moved is not None and self._obstacle(path, moved, Action.RETARGETED) is None:
                self._add(path, moved)
                return Verdict(
                    path=path,
                    statement=statement,
                    action=Action.RETARGETED,
                    message=f"imported from its home {moved.module}, past {statement.module}",
                    module=moved.module,
                )
        return first

    def _accept(self, path: str, statement: ImportStatement, action: Action, why: str) -> Verdict:
        self._add(path, statement)
        return Verdict(
            path=path,
            statement=statement,
            action=action,
            message="closes no cycle" + (f", and {why}" if why else ""),
            module=statement.module,
        )

    def _add(self, path: str, statement: ImportStatement) -> None:
        self._graph.add(path, self._graph.loads(path, statement))
        names = self._hoisted.setdefault(path, {})
        for name in statement.names:
            names[name.bound] = self._key(path, statement, name)

    def _obstacle(self, path: str, statement: ImportStatement, action: Action) -> Verdict | None:
        """Why the import can't stand at the top: a cycle, what it would load, what may not be installed."""
        loads = self._graph.loads(path, statement)
        cycle = self._graph.cycle(path, loads)
        if cycle is not None:
            text = " -> ".join(self._graph.name(p) for p in cycle)
            return _left(
                path, statement, Reason.IMPORT_CYCLE, f"it would close the cycle {text}", cycle=cycle
            )
        targets = [load.target for load in loads]
        required = self._graph.loaded_by(targets, surely=True) - self._graph.loaded_by([path], surely=True)
        new = tuple(sorted(self._graph.loaded_by(targets) - self._graph.loaded_by([path])))
        optional = sorted(n for n in required if not self._is_inside(n) and not self._is_installed(path, n))
        if optional:
            said = f"nothing shows that {optional[0]} is always installed"
            return _left(path, statement, Reason.OPTIONAL_DEPENDENCY, said, loads=new)
        if any(target in self._interfaces for target in targets):  # made so that it can be loaded here
            new = tuple(sorted(self._graph.growth(path, targets, self._entries) - self._interfaces))
        if new and not self._allow_startup:
            shown = ", ".join(self._shown(n) for n in new[:3]) + (
                f" and {len(new) - 3} more" if len(new) > 3 else ""
            )
            return _left(path, statement, Reason.STARTUP_COST, f"it would load {shown}", loads=new)
        if required and {Guard.CONDITION, Guard.LOOP} & set(statement.guards):
            if any(not load.is_inside for load in loads):
                return _left(path, statement, Reason.CONDITIONAL, "it runs only under a condition", loads=new)
        return None

    def _is_inside(self, target: str) -> bool:
        return target in self._files

    def _shown(self, target: str) -> str:
        return self._graph.name(target) if self._is_inside(target) else target

    def _is_installed(self, path: str, module: str) -> bool:
        """Whether the module is there whenever the project is: standard, declared, or loaded by what users start."""
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top.lower() in self._declared:
            return True
        starts = [path, *self._graph.packages(path)[:1], *self._entries]
        loaded = self._graph.loaded_by(starts, surely=True)
        return any(target.partition(".")[0] == top for target in loaded if not self._is_inside(target))

    def _from_home(self, path: str, statement: ImportStatement) -> ImportStatement | None:
        """The statement with its names imported from the module that defines them; None if they have several homes."""
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner is None:
            return None
        homes = {self._graph.home(owner, name.name) for name in statement.names}
        home = homes.pop() if len(homes) == 1 else None
        if home is None or home in (owner, path):
            return None
        from msgspec import structs

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
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner is None or owner == path:
            return None
        for name in statement.names:
            homes = {owner, self._graph.home(owner, name.name) or owner}
            if self._hazards.is_patched(homes, name.name):
                said = f"a test replaces {name.name} where it is imported from"
                return _left(path, statement, Reason.PATCHED_BY_TESTS, said)
            if any(self._hazards.is_rebound(home, name.name) for home in homes):
                said = f"{name.name} gets new values where it is imported from"
                return _left(path, statement, Reason.REBOUND_GLOBAL, said)
        return None

    def _is_taken(self, path: str, statement: ImportStatement, name: ImportedName) -> bool:
        """Whether the module uses the local name for something else, or a builtin of that name."""
        key = self._key(path, statement, name)
        other = self._hoisted.get(path, {}).get(name.bound)
        if other is not None:
            return other != key
        file = self._files[path]
        if hasattr(builtins, name.bound) or name.bound in file.globals:
            return True
        if name.bound in file.bindings:
            return key not in self._keys_at_top(path, name.bound)
        if any(n.name == "*" for s in file.statements if s.runs_on_import for n in s.names):
            return True
        return any(k != key for k in self._keys_for_types(path, name.bound))

    def _is_bound(self, path: str, statement: ImportStatement, name: ImportedName) -> bool:
        """Whether the module level binds the name to the same thing, once and for all."""
        file = self._files[path]
        key = self._key(path, statement, name)
        if self._hoisted.get(path, {}).get(name.bound) == key and name.uses:
            return True
        if name.bound not in file.bindings or name.bound in file.rebound or name.bound in file.globals:
            return False
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner == path and name.name == name.bound:
            return True
        return self._keys_at_top(path, name.bound) == [key]

    def _keys_at_top(self, path: str, bound: str) -> list[Key]:
        return [
            self._key(path, statement, name)
            for statement in self._files[path].statements
            if statement.runs_on_import and not statement.guards and not statement.in_class
            for name in statement.names
            if name.bound == bound
        ]

    def _keys_for_types(self, path: str, bound: str) -> Iterator[Key]:
        """What the name stands for under TYPE_CHECKING."""
        for statement in self._files[path].statements:
            if Guard.TYPE_CHECKING in statement.guards and not statement.is_deferred:
                for name in statement.names:
                    if name.bound == bound:
                        yield self._key(path, statement, name)

    def _differs_in_scope(self, path: str, statement: ImportStatement) -> bool:
        """Whether another import of the same function binds one of the names to something else."""
        mine = {name.bound: self._key(path, statement, name) for name in statement.names}
        return any(
            mine.get(name.bound, self._key(path, other, name)) != self._key(path, other, name)
            for other in self._files[path].statements
            if other.scope == statement.scope
            for name in other.names
        )

    def _key(self, path: str, statement: ImportStatement, name: ImportedName) -> Key:
        """What a name of a statement stands for, however it is spelled."""
        if not statement.is_from:
            whole = name.name if name.alias else name.name.partition(".")[0]
            return self._graph.module_of(path, whole) or whole, None if name.alias else name.name
        owner = self._graph.module_of(path, statement.module)
        if owner is None:
            return statement.module, name.name
        return self._graph.submodule(owner, name.name) or owner, name.name


def _left(
    path: str,
    statement: ImportStatement,
    reason: Reason,
    message: str,
    cycle: Sequence[str] = (),
    loads: Sequence[str] = (),
) -> Verdict:
    return Verdict(
        path=path,
        statement=statement,
        action=Action.LEFT,
        reason=reason,
        message=message,
        cycle=tuple(cycle),
        loads=tuple(loads),
    )


def deferred(files: Mapping[str, FileImports], paths: Iterable[str]) -> Iterator[tuple[str, ImportStatement]]:
    """Every import inside a function of these files, in path and line order."""
    for path in sorted(paths):
        for statement in files[path].statements:
            if statement.is_deferred:
                yield path, statement


__all__ = ["Load", "Planner", "deferred"]
