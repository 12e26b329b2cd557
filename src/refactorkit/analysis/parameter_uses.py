"""Where a function's body means one of its parameters, by Python's rules of scopes, and what else bears a name there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from refactorkit.analysis.definitions import FunctionNode

SEEING = frozenset(["locals", "vars", "dir", "eval", "exec"])
"""Functions that see local names as strings."""
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Uses(Struct, frozen=True):
    """The names that mean a parameter, the `nonlocal` statements that do, and a line that binds it by a string, or 0."""

    names: tuple[ast.Name, ...]
    nonlocals: tuple[ast.Nonlocal, ...]
    rebound: int


def uses_of(function: FunctionNode, name: str) -> Uses:
    """The uses of a parameter in the body of its function, closures included, in no order."""
    finder = _Finder(name)
    finder.visit_all(function.body)
    return Uses(tuple(finder.names), tuple(finder.nonlocals), finder.rebound)


def bears(function: FunctionNode, name: str) -> bool:
    """Whether anything in a function is called so: a variable of whatever scope, a parameter, a definition."""
    return any(name in _named_by(node) for node in ast.walk(function) if node is not function)


def sees_locals(function: FunctionNode) -> ast.Name | None:
    """The first name in the body of a builtin that sees local variables."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    blind = {id(node.func) for node in nodes if isinstance(node, ast.Call) and _is_told_where(node)}
    found = [
        node
        for node in nodes
        if isinstance(node, ast.Name) and node.id in SEEING and isinstance(node.ctx, ast.Load)
        if id(node) not in blind
    ]
    return min(found, key=lambda n: (n.lineno, n.col_offset), default=None)


def _is_told_where(call: ast.Call) -> bool:
    """Whether a call of such a builtin names the object or the globals that it looks at, instead of the local variables."""
    given = call.args[:2]
    if any(isinstance(argument, ast.Starred) for argument in given):
        return False
    match getattr(call.func, "id", ""):
        case "dir" | "vars":
            return len(given) == 1
        case "eval" | "exec":
            return len(given) == 2 and not isinstance(given[1], ast.Constant)
        case _:
            return False


def _named_by(node: ast.AST) -> Sequence[str]:
    """The names that a node spells by itself."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case _:
            return list(_bound_by_string(node))


def _bound_by_string(node: ast.AST) -> Iterator[str]:
    """The names that a node binds without an `ast.Name`."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _ if type(node).__name__ in (
            "TypeVar",
            "ParamSpec",
            "TypeVarTuple",
        ):  # Python 3.12: `def f[T]()`
            yield getattr(node, "name", "")
        case _:
            pass


def is_bound_in(scope: ast.AST, name: str) -> bool:
    """Whether a function, a lambda or a class body makes a name its own."""
    parameters = getattr(scope, "args", None)
    if isinstance(parameters, ast.arguments):
        if any(a.arg == name for a in ast.walk(parameters) if isinstance(a, ast.arg)):
            return True
    if isinstance(scope, ast.Lambda):
        return False  # `:=` in a lambda binds there; see `_Finder`
    found = False
    for node in _own(scope):
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            found = True
        found = found or name in _bound_by_string(node)
    return found


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope's own body; nested scopes are given and not entered, but for `:=` in comprehensions."""
    waiting: list[ast.AST] = list(getattr(scope, "body", []))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Comprehension):
            waiting += [n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
            waiting.append(node.generators[0].iter)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


class _Finder:
    """Walks a function's body; `skips` in `visit` is for names in a class body that has the name itself."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.names: list[ast.Name] = []
        self.nonlocals: list[ast.Nonlocal] = []
        self.rebound = 0

    def visit_all(self, nodes: Sequence[ast.AST | None], skips: bool = False) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node, skips)

    def visit(self, node: ast.AST, skips: bool = False) -> None:
        if not skips and self._name in _bound_by_string(node):
            self.rebound = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=name):
                if name == self._name and not skips:
                    self.names.append(node)
            case ast.Nonlocal(names=names):
                if self._name in names:
                    self.nonlocals.append(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._outside(node.args, skips)
                self.visit_all([*node.decorator_list, node.returns], skips)
                if getattr(node, "type_params", None) and _mentions(node, self._name):
                    self.rebound = node.lineno  # its type parameters are a scope of their own
                if not is_bound_in(node, self._name) and not _is_global(node, self._name):
                    self.visit_all(node.body)
            case ast.Lambda():
                self._outside(node.args, skips)
                if not is_bound_in(node, self._name):
                    self.visit(node.body)
            case ast.ClassDef():
                self.visit_all([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)], skips)
                own = is_bound_in(node, self._name) or _is_global(node, self._name)
                self.visit_all(node.body, own)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._comprehension(node, skips)
            case _:
                self.visit_all(list(ast.iter_child_nodes(node)), skips)

    def _outside(self, arguments: ast.arguments, skips: bool) -> None:
        """What of a nested function's parameters is evaluated around it: defaults and annotations."""
        self.visit_all([*arguments.defaults, *arguments.kw_defaults], skips)
        self.visit_all([a.annotation for a in ast.walk(arguments) if isinstance(a, ast.arg)], skips)

    def _comprehension(self, node: Comprehension, skips: bool) -> None:
        self.visit(node.generators[0].iter, skips)
        targets = [n for g in node.generators for n in ast.walk(g.target)]
        if any(isinstance(n, ast.Name) and n.id == self._name for n in targets):
            return
        for number, generator in enumerate(node.generators):
            self.visit_all([generator.target, *generator.ifs])
            if number:
                self.visit(generator.iter)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.visit_all(elements)


def _is_global(scope: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Global) and name in node.names for node in _own(scope))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))
