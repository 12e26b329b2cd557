"""One half of a pair as the comparison reads it: what its names mean, and its statements without what has no effect.

Imports inside the function, annotations of locals, `cast`, docstrings and blocks for type checkers do nothing that a
caller could see, so they are no difference.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from refactorkit.analysis.modules import Imported, Module
from refactorkit.analysis.pairs import Function, flat, tail
from refactorkit.syntax import descendants

REMEMBERED = 4096
"""How many functions are remembered with what was asked of them; a tree that nobody else holds is kept as long."""
BUILTINS = frozenset(dir(builtins))
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Side:
    """One function, with what its names stand for."""

    def __init__(self, node: Function, module: Module) -> None:
        self.node = node
        self.module = module
        self.parameters = [a.arg for a in parameters(node.args)]
        self.imports = local_imports(node)
        self.locals = {*self.parameters, *stored(node)} - set(self.imports)
        self._bound = bound_names(node)

    def times(self, name: str) -> int:
        """How often the function binds a name."""
        return self._bound[name]

    def qualified(self, expression: ast.expr) -> str | None:
        """The dotted name of a name or attribute chain as imports have it; `.x` for one of the module's own.

        None for what begins with a local variable or isn't a chain.
        """
        if isinstance(expression, ast.Attribute):
            owner = self.qualified(expression.value)
            return f"{owner}.{expression.attr}" if owner else None
        if not isinstance(expression, ast.Name) or expression.id in self.locals:
            return None
        return self.imports.get(expression.id) or module_name(self.module, expression.id)

    def is_cast(self, node: ast.AST) -> bool:
        """Whether a node is `cast(T, x)`, which returns `x`."""
        return (
            isinstance(node, ast.Call)
            and len(node.args) == 2
            and self.qualified(node.func) in ("typing.cast", "typing_extensions.cast")
        )

    def body(self) -> list[ast.stmt]:
        """The statements that matter, the docstring left out."""
        body = self.node.body
        return self.plain(body[1:] if is_docstring(body[0]) else body)

    def plain(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Those statements of a block that do something."""
        return [s for s in body if not self._is_inert(s)]

    def _is_inert(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Pass():
                return True
            case ast.AnnAssign(target=ast.Name(), value=None):
                return True
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.If(test=test, orelse=[]):
                return self.qualified(test) in ("typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING")
            case _:
                return False


def module_name(module: Module, name: str) -> str | None:
    """The dotted name that a name at module level stands for, as the import statement has it."""
    bindings = module.bindings.get(name)
    if bindings and isinstance(bindings[-1], Imported):
        found = bindings[-1]
        return f"{found.module}.{found.attribute}" if found.attribute else found.module
    if not bindings and name in BUILTINS:
        return f"builtins.{name}"
    return f".{name}"


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a bare string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def parameters(args: ast.arguments) -> list[ast.arg]:
    """All parameters, in the order of the signature."""
    return [
        *args.posonlyargs,
        *args.args,
        *([args.vararg] if args.vararg else []),
        *args.kwonlyargs,
        *([args.kwarg] if args.kwarg else []),
    ]


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a function's own code: what functions, classes and lambdas inside it hold is left out."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, SCOPES):
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                waiting += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:  # `ast.Load` and the like have no parts
                waiting.append(value)


@lru_cache(REMEMBERED)
def bound_names(node: Function) -> Counter[str]:
    """How often a function's own code binds each name."""
    return Counter(
        n.id for n in own_nodes(node.body) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    )


@lru_cache(REMEMBERED)
def local_imports(node: Function) -> dict[str, str]:
    """The names that a function's own imports bind, each with its dotted name."""
    found = {}
    for statement in flat(node.body):
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            found.update({a.asname or a.name: f"{module}.{a.name}" for a in statement.names})
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                root = alias.name.partition(".")[0]
                found[alias.asname or root] = alias.name if alias.asname else root
    return found


@lru_cache(REMEMBERED)
def stored(node: Function) -> set[str]:
    """The names that a function binds itself: assignments, loops, handlers, nested functions and classes."""
    found: set[str] = set()
    outer: set[str] = set()
    for inner in own_nodes(node.body):
        match inner:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Global(names=names):
                outer |= set(names)
            case _:
                pass
    return found - outer


def reads(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that code reads, functions inside it included."""
    return {
        n.id
        for node in nodes
        for n in descendants(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def awaits(body: Sequence[ast.stmt]) -> bool:
    """Whether a function's own code ever awaits."""
    return any(
        isinstance(n, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (isinstance(n, ast.comprehension) and n.is_async)
        for n in own_nodes(body)
    )


def awaited_callees(*nodes: ast.AST) -> frozenset[int]:
    """The ids of the expressions below these nodes whose call is awaited at once."""
    return frozenset(
        id(n.value.func)
        for node in nodes
        for n in descendants(node)
        if isinstance(n, ast.Await) and isinstance(n.value, ast.Call)
    )


@lru_cache(REMEMBERED)
def yields(node: Function) -> bool:
    """Whether a function is a generator."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node.body))


def decorated_with(node: Function, names: Iterable[str]) -> bool:
    """Whether one of a function's decorators has one of the names."""
    return bool({tail(d) for d in node.decorator_list} & set(names))
