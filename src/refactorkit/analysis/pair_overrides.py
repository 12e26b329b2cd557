"""What subclasses and callers do to a pair that a late-bound wrapper would not survive."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.class_tree import ClassTree, members
from refactorkit.analysis.modules import Modules
from refactorkit.analysis.pair_sides import awaited_callees
from refactorkit.analysis.pair_verdicts import Key, Verdict
from refactorkit.analysis.pairs import Kind, scopes, tail

SUPER = re.compile(rb"super\s*\([^()]*\)\s*\.\s*(\w+)")


class SuperCall(Struct, frozen=True):
    """`super().name` in a function: its key and class, and whether the call's result is awaited at once."""

    path: str
    line: int
    name: str
    function: Key
    owner: Class
    is_awaited: bool


class Overrides:
    """Answers about the subclasses of the classes that hold pairs."""

    def __init__(self, modules: Modules, tree: ClassTree, names: Iterable[str]) -> None:
        self._modules = modules
        self._tree = tree
        self._calls: dict[str, list[SuperCall]] = {}
        wanted = {name.encode() for name in names}
        for path in modules.paths():
            data = modules.data(path)
            if b"super" in data and any(m[1] in wanted for m in SUPER.finditer(data)):
                for call in self._super_calls(path):
                    self._calls.setdefault(call.name, []).append(call)

    def one_half(self, verdict: Verdict) -> str:
        """The subclass that overrides only one of the halves, or ''."""
        pair, owner = verdict.pair, verdict.sync.owner
        if pair is None or owner is None:
            return ""
        for cls in self._possible_subclasses(owner):
            own = [bool(members(cls.node, name)) for name in (pair.sync.short, pair.twin.short)]
            if own[0] != own[1]:
                name = pair.sync.short if own[0] else pair.twin.short
                return f"{cls.name} ({cls.path} line {cls.node.lineno}) overrides only {name}"
        return ""

    def _possible_subclasses(self, owner: Class) -> Iterator[Class]:
        """The subclasses, and classes whose base of the same name can't be resolved."""
        yield from self._tree.subclasses(owner)
        short = owner.name.rpartition(".")[2]
        for path in sorted(self._tree.naming(short)):
            module = self._modules.get(path)
            for cls in self._tree.classes(path) if module else ():
                named = [b for b in cls.node.bases if tail(b) == short]
                if named and module and all(self._tree.resolve(module, b) is None for b in named):
                    if len(self._tree.ancestry(cls).classes) == 1:
                        yield cls

    def through_super(self, verdict: Verdict) -> Iterator[SuperCall]:
        """Every call that reaches the sync half through `super()` from a class below it.

        Awaiting a dispatcher gives the async half, which stays as it is.
        """
        pair, owner = verdict.pair, verdict.sync.owner
        if pair is None or owner is None:
            return
        for call in self._calls.get(pair.sync.short, ()):
            if call.owner.key == owner.key or (call.is_awaited and pair.decorator):
                continue
            family = [
                call.owner,
                *self._tree.subclasses(call.owner),
            ]  # a mixin meets the class in a third one
            if any(c.key == owner.key for cls in family for c in self._tree.ancestry(cls).classes[1:]):
                yield call

    def through_class(self, verdict: Verdict) -> str:
        """Where an instance method is called as `Class.method(...)`, or ''."""
        pair = verdict.pair
        if pair is None or pair.sync.kind is not Kind.METHOD or verdict.sync.owner is None:
            return ""
        short = verdict.sync.owner.name.rpartition(".")[2]
        text = f"{short}.{pair.sync.short}".encode()
        pattern = re.compile(rb"(?<![\w.])(?:\w+\.)*" + re.escape(text) + rb"\s*\(")
        for path in self._modules.paths():
            data = self._modules.data(path)
            for match in pattern.finditer(data) if text in data else ():
                line = data.count(b"\n", 0, match.start()) + 1
                if self._is_code(path, line, pair.sync.short, bool(pair.decorator)):
                    return f"{path} line {line} calls it through the class"
        return ""

    def _is_code(self, path: str, line: int, name: str, is_dispatcher: bool) -> bool:
        """Whether the line holds a call of a method of that name; not one whose await gives the async half."""
        module = self._modules.get(path)
        if module is None:
            return False
        awaited = awaited_callees(module.tree) if is_dispatcher else frozenset()
        return any(
            isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == name
            and id(n.func) not in awaited
            for n in ast.walk(module.tree)
            if getattr(n, "lineno", 0) <= line <= (getattr(n, "end_lineno", 0) or 0)
        )

    def _super_calls(self, path: str) -> Iterator[SuperCall]:
        module = self._modules.get(path)
        for prefix, owner, functions in scopes(module.tree) if module else ():
            if owner is None:
                continue
            cls = Class(path, prefix.rstrip("."), owner)
            for function in functions:
                key = (path, prefix + function.name, function.lineno)
                awaited = awaited_callees(function)
                for node in ast.walk(function):
                    if (
                        isinstance(node, ast.Attribute)
                        and isinstance(node.value, ast.Call)
                        and tail(node.value) == "super"
                    ):
                        yield SuperCall(path, node.lineno, node.attr, key, cls, id(node) in awaited)
