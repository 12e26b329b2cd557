"""What a module does with the names that its imports bind: while it is imported, later in functions, or in types alone.

Facts of one file are a pure function of its bytes. What a function that runs at import time does counts as done then:
one that module-level code calls or decorates with, and every method of a class that it makes an instance of.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from refactorkit.facts import extractor
from refactorkit.syntax import syntax_tree

Definition = ast.FunctionDef | ast.AsyncFunctionDef
WORD = re.compile(r"\w+")
INERT = {
    "abstractmethod", "cached_property", "classmethod", "contextmanager", "asynccontextmanager", "final", "overload",
    "override", "property", "setter", "staticmethod",
}  # fmt: skip
"""Decorators of the standard library that never look at annotations."""
UNTOUCHED = {"ABC", "Exception", "Generic", "Protocol", "object"}
"""Bases that never look at the annotations of a class."""


class NameUses(Struct, frozen=True, array_like=True):
    """How often one imported name is used: when the module is imported, in functions that run later, only in types."""

    name: str
    at_import: int = 0
    in_functions: int = 0
    in_types: int = 0


class EagerUses(Struct, frozen=True):
    """The names that imports of the module level bind and that something uses.

    `postpones_annotations` says that annotations are not evaluated (PEP 563).
    """

    names: tuple[NameUses, ...] = ()
    postpones_annotations: bool = False


@extractor
def eager_uses(data: bytes) -> EagerUses:
    """The uses in a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    seen = _Uses(frozenset(_imported(tree.body)), {s.name for s in tree.body if isinstance(s, _NAMED)})
    for statement in tree.body:
        seen.owner = statement.name if isinstance(statement, _NAMED) else ""
        seen.visit(statement)
    at_import, later = Counter(seen.at_import), Counter[str]()
    runs = seen.run_at_import()
    for owner, uses in seen.later.items():
        (at_import if owner in runs else later).update(uses)
    names = sorted({*at_import, *later, *seen.types})
    return EagerUses(
        names=tuple(NameUses(n, at_import[n], later[n], seen.types[n]) for n in names),
        postpones_annotations=any(
            isinstance(s, ast.ImportFrom) and s.module == "__future__" and a.name == "annotations"
            for s in tree.body
            for a in getattr(s, "names", ())
            if isinstance(a, ast.alias)
        ),
    )


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _imported(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that imports outside of functions bind."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.expr):
            waiting.extend(ast.iter_child_nodes(node))


class _Uses(ast.NodeVisitor):
    """Counts the uses of imported names. A function that binds a name for itself hides it."""

    def __init__(self, names: frozenset[str], owners: set[str]) -> None:
        self._names = names
        self._owners = owners
        self._hidden: list[frozenset[str]] = []
        self._in_type = False
        self._evaluates = False
        self.owner = ""
        self.at_import: Counter[str] = Counter()
        self.later: dict[str, Counter[str]] = {}
        self.types: Counter[str] = Counter()
        self._called: set[str] = set()
        self._mentions: dict[str, set[str]] = {}

    def run_at_import(self) -> set[str]:
        """The functions and classes of the module that run while it is imported, as far as names show."""
        runs: set[str] = set()
        waiting = list(self._called)
        while waiting:
            owner = waiting.pop()
            if owner not in runs:
                runs.add(owner)
                waiting.extend(self._mentions.get(owner, ()))
        return runs

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._used(node.id)

    def _used(self, name: str) -> None:
        if any(name in hidden for hidden in self._hidden):
            return
        if name in self._owners and not self._in_type and self.owner:
            self._mentions.setdefault(self.owner, set()).add(name)
        if name not in self._names:
            return
        if self._in_type:
            self.types[name] += 1
        elif self._hidden:
            self.later.setdefault(self.owner, Counter())[name] += 1
        else:
            self.at_import[name] += 1

    def visit_Call(self, node: ast.Call) -> None:
        self._calls(node.func)
        is_cast = isinstance(node.func, ast.Name | ast.Attribute) and _last(node.func) == "cast"
        if is_cast and len(node.args) == 2 and isinstance(node.args[0], ast.Constant):
            self._type(node.args[0])
        self.generic_visit(node)

    def _calls(self, callee: ast.expr) -> None:
        root = callee
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if not self._hidden and isinstance(root, ast.Name) and root.id in self._owners:
            self._called.add(root.id)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._type(node.annotation)
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: Definition) -> None:
        for decorator in node.decorator_list:
            self._calls(decorator)
            self.visit(decorator)
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(default)
        before = self._evaluates
        self._evaluates = any(_last(decorator) not in INERT for decorator in node.decorator_list)
        for argument in _arguments(node.args):
            if argument.annotation:
                self._type(argument.annotation)
        if node.returns:
            self._type(node.returns)
        self._evaluates = False
        self._inside(node, node.body)
        self._evaluates = before

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(default)
        self._inside(node, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._calls(decorator)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        before = self._evaluates
        self._evaluates = bool(node.decorator_list or node.keywords) or any(
            _last(base) not in UNTOUCHED for base in node.bases
        )
        for statement in node.body:
            self.visit(statement)
        self._evaluates = before

    def _inside(self, node: Definition | ast.Lambda, body: Sequence[ast.AST]) -> None:
        self._hidden.append(frozenset(_bound_in(node)))
        for part in body:
            self.visit(part)
        self._hidden.pop()

    def _type(self, node: ast.expr) -> None:
        """An annotation. Where a decorator or a base class may evaluate it, it counts like any other code."""
        before, self._in_type = self._in_type, not self._evaluates
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                for word in set(WORD.findall(inner.value)) & self._names:
                    self._used(word)
        self.visit(node)
        self._in_type = before


def _last(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (a for a in (arguments.vararg, arguments.kwarg) if a)


def _bound_in(node: Definition | ast.Lambda) -> Iterator[str]:
    """The names that are local to a function; `global` ones are not."""
    yield from (argument.arg for argument in _arguments(node.args))
    waiting: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
                continue
            case ast.Lambda():
                continue
        waiting.extend(ast.iter_child_nodes(inner))
