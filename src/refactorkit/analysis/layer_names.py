"""The names that a function needs where it is defined, and where another module gets them from."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from refactorkit.analysis.definitions import bindings, flat
from refactorkit.analysis.modules import Defined, Module
from refactorkit.analysis.pairs import Function, tail

DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp)


class Names:
    """What the names of a module are bound to, as far as a function that leaves it has to know."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._run: set[str] = set()
        self._typed: set[str] = set()
        for statement, is_typing in flat(module.tree.body):
            found = {name for name, _ in bindings(statement, "")}
            (self._typed if is_typing else self._run).update(found)
        self._moving = {
            name
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Global | ast.Delete)
            for name in (node.names if isinstance(node, ast.Global) else _deleted(node))
        }
        self._imports = dict(_plain_imports(module.tree))

    @property
    def futures(self) -> list[str]:
        """The features that the module imports from `__future__`."""
        statements = [s for s in self._module.tree.body if isinstance(s, ast.ImportFrom)]
        return [a.name for s in statements if s.module == "__future__" and not s.level for a in s.names]

    def is_known(self, name: str) -> bool:
        """Whether a name is one of the module's globals, for all that can be known of star imports."""
        return name in self._run or name in self._typed

    def is_for_types(self, name: str) -> bool:
        """Whether only type checkers see the name."""
        return name not in self._run

    def is_steady(self, name: str) -> bool:
        """Whether nothing rebinds or deletes the name while the program runs."""
        return name not in self._moving

    def is_fixed(self, value: ast.expr) -> bool:
        """Whether an expression gives the same value later: constants, names bound once, constants of standard modules."""
        match value:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                found = self._module.bindings.get(name, ())
                return self.is_steady(name) and len(found) <= 1 and not self._module.stars
            case ast.Attribute(value=ast.Name(id=root)):
                sources = self._imports.get(root, [])
                return bool(sources) and all(
                    (module or name).partition(".")[0] in sys.stdlib_module_names for module, name in sources
                )
            case _:
                inner = [n for n in ast.iter_child_nodes(value) if isinstance(n, ast.expr)]
                return isinstance(value, DISPLAYS) and all(self.is_fixed(n) for n in inner)

    def imports(self, name: str, module: str) -> list[tuple[str, str]]:
        """The imports that bind the name elsewhere, as `edit_imports` takes them: the module's own, else from `module`."""
        own = self._imports.get(name)
        return own if own and len(own) == len(self._module.bindings.get(name, ())) else [(module, name)]


def literal_all(module: Module) -> list[str] | None:
    """The names in `__all__`, where one literal list says so."""
    bound = module.bindings.get("__all__", [])
    node = bound[0].node if len(bound) == 1 and isinstance(bound[0], Defined) else None
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    names = [e.value for e in value.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
    return names if len(names) == len(value.elts) else None


def names_of(nodes: Iterable[Function], without: tuple[int, int] = (0, -1)) -> set[str]:
    """The names that functions need where they are defined: decorators, defaults, annotations and type parameters.

    What begins on the lines `without` doesn't count.
    """
    found: set[str] = set()
    for node in nodes:
        own: set[str] = set()
        for part, is_annotation in _header(node):
            if not without[0] <= part.lineno <= without[1]:
                own |= set(_names(part, is_annotation))
        own -= {p.name for p in getattr(node, "type_params", ())}
        found |= own
    return found


def _header(node: Function) -> Iterator[tuple[ast.expr, bool]]:
    """The expressions outside of the body, and whether strings in them are code."""
    args = node.args
    for value in (*node.decorator_list, *args.defaults, *args.kw_defaults):
        if value is not None:
            yield value, False
    for parameter in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if parameter is not None and parameter.annotation is not None:
            yield parameter.annotation, True
    if node.returns is not None:
        yield node.returns, True
    for parameter in getattr(node, "type_params", ()):
        for value in (getattr(parameter, "bound", None), getattr(parameter, "default_value", None)):
            if value is not None:
                yield value, True


def _names(part: ast.expr, has_code: bool) -> Iterator[str]:
    """The root names of an expression, with `has_code` those in its strings too; a `Literal` holds no code."""
    waiting: list[ast.AST] = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif has_code and isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                waiting.append(ast.parse(node.value.strip(), mode="eval").body)
            except (SyntaxError, ValueError):
                continue
        elif isinstance(node, ast.Subscript) and tail(node.value) == "Literal":
            waiting.append(node.value)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _deleted(node: ast.Delete) -> list[str]:
    return [t.id for t in node.targets if isinstance(t, ast.Name)]


def _plain_imports(tree: ast.Module) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each name that imports directly at module level, or for type checkers, bind, with (module, name) of all of them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for statement, is_typing in flat(tree.body):
        if statement not in tree.body and not is_typing:
            continue
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                said = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                found.setdefault(alias.asname or alias.name.partition(".")[0], []).append(("", said))
        elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                said = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                found.setdefault(alias.asname or alias.name, []).append((module, said))
    yield from found.items()
