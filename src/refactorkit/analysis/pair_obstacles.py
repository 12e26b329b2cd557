"""What keeps a pair whose bodies agree from being collapsed: overrides, the bridge, names, the layout of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from refactorkit.analysis.class_tree import members
from refactorkit.analysis.modules import Module, ModuleRef, Modules, Symbol
from refactorkit.analysis.pair_bridge import Bridge
from refactorkit.analysis.pair_overrides import Overrides
from refactorkit.analysis.pair_reasons import Reason, Relation
from refactorkit.analysis.pair_sides import parameters
from refactorkit.analysis.pair_verdicts import Judge, Key, Verdict
from refactorkit.analysis.pair_wrappers import comments, removed_lines
from refactorkit.analysis.pairs import Kind, is_overload
from refactorkit.splice import shares_lines, text_of

PRAGMAS = ("type:", "noqa", "pragma", "pyright:", "pylint:", "mypy:", "ty:", "pyrefly:", "fmt:", "nosec")
"""Comments for tools, which go with the line that they are about."""

Refusal = tuple[Reason, str]


class Obstacles:
    """Looks for obstacles; `no_bridge` says why there is no bridge."""

    def __init__(
        self,
        modules: Modules,
        judge: Judge,
        verdicts: Iterable[Verdict],
        bridge: Bridge | None,
        no_bridge: str,
    ) -> None:
        self._modules, self._bridge, self._no_bridge = modules, bridge, no_bridge
        names = {v.pair.sync.short for v in verdicts if v.pair is not None and v.sync.owner is not None}
        self._overrides = Overrides(modules, judge.tree, names)

    def refusals(self, chosen: Iterable[Verdict]) -> dict[Key, Refusal]:
        """Those of the chosen pairs that must stay, each with why; one that stays can keep others from changing."""
        left = {v.sync.key: v for v in chosen}
        refused: dict[Key, Refusal] = {}
        for key, verdict in left.items():
            if found := self._of(verdict):
                refused[key] = found
        moved = True
        while moved:
            moved = False
            for key, verdict in left.items():
                if key in refused or verdict.relation is Relation.TRIVIAL_ASYNC:
                    continue
                for call in self._overrides.through_super(verdict):
                    if call.function not in left or call.function in refused:
                        said = f"{call.path} line {call.line} calls it through super(), and that half stays"
                        refused[key] = Reason.CALLED_THROUGH_SUPER, said
                        moved = True
                        break
        return refused

    def _of(self, verdict: Verdict) -> Refusal | None:
        if said := self._overrides.one_half(verdict):
            return Reason.ONE_HALF_OVERRIDDEN, said
        if said := self._overrides.through_class(verdict):
            return Reason.CALLED_THROUGH_SUPER, said
        if verdict.relation is not Relation.TRIVIAL_ASYNC:
            if self._bridge is None:
                return Reason.NO_BRIDGE, self._no_bridge
            if not self._bridge.is_safe:
                said = f"{self._bridge.name} raises where a loop runs, and the sync half can be called there"
                return Reason.BRIDGE_IN_RUNNING_LOOP, said
        return self._name(verdict) or self._layout(verdict)

    def _name(self, verdict: Verdict) -> Refusal | None:
        """Whether the wrapper's names mean what it needs where it stands."""
        pair = verdict.pair
        assert pair is not None
        module = self._modules.get(pair.sync.path)
        assert module is not None
        own = {a.arg for a in parameters(verdict.sync.node.args)}
        used = {pair.twin.short} if pair.sync.kind is Kind.FUNCTION else set()
        if self._bridge and verdict.relation is not Relation.TRIVIAL_ASYNC:
            used.add(self._bridge.name)
            if importing(self._modules, pair.sync.path, self._bridge)[0] == "taken":
                return Reason.NAME_TAKEN, f"{pair.sync.path} uses {self._bridge.name} for something else"
        if taken := used & own:
            return Reason.NAME_TAKEN, f"a parameter is called {', '.join(sorted(taken))}"
        if pair.sync.kind in (Kind.METHOD, Kind.CLASSMETHOD):
            args = verdict.sync.node.args
            if not (args.posonlyargs or args.args):
                return Reason.SIGNATURE_DIFFERS, "the method names no parameter for its object"
        if pair.sync.kind is Kind.STATICMETHOD and pair.sync.is_local:
            return (
                Reason.NAME_TAKEN,
                "the class is local to a function, so that its name isn't known to be free",
            )
        if verdict.sync.owner is not None and len(members(verdict.sync.owner.node, pair.twin.short)) != 1:
            return Reason.NAME_TAKEN, f"{pair.twin.name} is bound more than once"
        if pair.sync.kind is Kind.FUNCTION and not pair.sync.is_local:
            bound = [b for b in module.bindings.get(pair.twin.short, ()) if not _is_overload(b)]
            if len(bound) != 1:
                return Reason.NAME_TAKEN, f"{pair.twin.short} is bound more than once"
        return None

    def _layout(self, verdict: Verdict) -> Refusal | None:
        is_core = verdict.relation is Relation.TRIVIAL_ASYNC
        place, other = (verdict.twin, verdict.sync) if is_core else (verdict.sync, verdict.twin)
        text = text_of(self._modules.data(place.path))
        lines = removed_lines(text, place.node)
        if lines is None:
            return Reason.STATEMENT, "the body shares a line with something else"
        there = text_of(self._modules.data(other.path))
        kept = set(comments(there, other.node.lineno, other.node.end_lineno or other.node.lineno))
        for comment in comments(text, *lines):
            if comment not in kept and not comment.lstrip("# ").startswith(PRAGMAS):
                return Reason.COMMENT_LOST, f"the other half has no comment {comment!r}"
        return None


def importing(modules: Modules, path: str, bridge: Bridge) -> tuple[str, str]:
    """Where the bridge is to be imported: `bound` already, at the top of the `module`, in the `body`, or `taken`; and
    the module's name as this file spells it.

    A new import at the top only joins one that loads the same module already, so that no import cycle can begin.
    """
    module = modules.get(path)
    assert module is not None
    if path == bridge.path:
        return "bound", bridge.module
    hosts = [
        s for s in module.tree.body if isinstance(s, ast.ImportFrom) and _leads_to(modules, module, s, bridge)
    ]
    for statement in hosts:
        if any(a.name == bridge.name and a.asname in (None, bridge.name) for a in statement.names):
            return "bound", spelled(statement)
    if bridge.name in module.bindings and not _is_import_of(modules, module, bridge):
        return "taken", bridge.module
    own = [s for s in hosts if _loads(modules, module, s, bridge)]
    open_to_names = [s for s in own if s.names[0].name != "*" and not shares_lines(module.tree, s)]
    if open_to_names and bridge.name not in module.bindings:
        return "module", spelled(open_to_names[-1])
    return "body", spelled(own[-1]) if own else bridge.module


def spelled(statement: ast.ImportFrom) -> str:
    """The module of a from-import as it is written."""
    return "." * statement.level + (statement.module or "")


def _loads(modules: Modules, module: Module, statement: ast.ImportFrom, bridge: Bridge) -> bool:
    """Whether a from-import names the bridge's own module."""
    return spelled(statement) == bridge.module or _owns(modules, module, spelled(statement), bridge)


def _leads_to(modules: Modules, module: Module, statement: ast.ImportFrom, bridge: Bridge) -> bool:
    """Whether a from-import can give the bridge: its own module, or one that hands it on."""
    if spelled(statement) == bridge.module:
        return True
    owner = modules.absolute(spelled(statement), module.path)
    if not isinstance(owner, ModuleRef):
        return False
    found = modules.member(owner, bridge.name, near=module.path)
    return owner.path == bridge.path or (isinstance(found, Symbol) and found.path == bridge.path)


def _is_import_of(modules: Modules, module: Module, bridge: Bridge) -> bool:
    """Whether every binding of the bridge's name is an import of it, if only for type checkers."""
    return all(
        (found := getattr(b, "module", None)) is not None
        and (found == bridge.module or _owns(modules, module, found, bridge))
        for b in module.bindings[bridge.name]
    )


def _owns(modules: Modules, module: Module, dotted: str, bridge: Bridge) -> bool:
    return modules.absolute(dotted, module.path) == ModuleRef(bridge.path)


def _is_overload(binding: object) -> bool:
    node = getattr(binding, "node", None)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_overload(node)
