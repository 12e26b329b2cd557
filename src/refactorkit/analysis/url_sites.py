"""Where a project uses a permissive URL alias, and where a comment says that a field should be a strict URL."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.annotations import Occurrence, Shape, occurrences, typing_name
from refactorkit.analysis.modules import External, Module, Modules, Symbol
from refactorkit.analysis.pydantic_models import Class
from refactorkit.analysis.walk_lines import lines_with, walk_lines
from refactorkit.splice import Text

MARKER = re.compile(r"#+\s*(?:TODO|FIXME|XXX|HACK)\b\s*(?:\([^)]*\))?\s*[:,-]?\s*", re.IGNORECASE)
"""What makes a comment a task: https://peps.python.org/pep-0350/ lists the usual words."""
REQUEST = (
    r"(?:(?:this|it)\s+)?(?:(?:should|must|ought\s+to|needs?\s+to)\s+)?"
    r"(?:(?:be(?:come)?|make|use|change|switch|convert|turn|migrate|move|validate|type|annotate)\b\s*"
    r"(?:(?:this|it)\b\s*)?(?:(?:to|into|as|with|be)\b\s*)?)?"
    r"(?:(?:a|an|the|pydantic'?s?|strict|proper|real)\s+)*"
)
MODAL = re.compile(
    r"#+\s*(?:(?:this|it)\s+)?(?:should|must|ought\s+to|needs?\s+to)\s+be(?:come)?\b", re.IGNORECASE
)


class Field(Struct, frozen=True):
    """An annotated assignment in a class body that is a candidate.

    `spelled` holds the source texts of the type to replace (`LaxUrl`, `types.LaxUrl`, `str`). `tasks` are the comments
    that only ask for the strict type. `unclear` is set when a comment mentions the type but asks something else too.
    """

    cls: Class
    name: str
    node: ast.AnnAssign
    first: int
    found: tuple[Occurrence, ...]
    spelled: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]
    tasks: tuple[str, ...]
    unclear: bool
    is_alias: bool
    in_string: bool


class Use(Struct, frozen=True):
    """A use of the alias that is no field: a parameter, another alias, a call. `what` says which."""

    path: str
    node: ast.expr
    what: str
    name: str = ""


class Aliases:
    """The permissive aliases by the names that the options give, and what in a module means one."""

    def __init__(self, modules: Modules, wanted: tuple[str, ...]) -> None:
        self._modules = modules
        self._wanted = wanted
        self.names = {name.rpartition(".")[2] for name in wanted}

    def local_names(self, module: Module) -> set[str]:
        """The names under which the module may know an alias."""
        return self._modules.local_names(module, self.names)

    def definitions(self) -> dict[tuple[str, str], ast.stmt]:
        """Every statement of the project that defines a permissive alias."""
        found: dict[tuple[str, str], ast.stmt] = {}
        for path in self._modules.mentioning(self.names):
            module = self._modules.get(path)
            for name in sorted(self.names) if module else ():
                resolved = self._modules.lookup(module, name)  # type: ignore[arg-type]
                if isinstance(resolved, Symbol) and resolved.path == path and self._is_definition(resolved):
                    found[resolved.key] = resolved.node
        return found

    def means_alias(self, module: Module, node: ast.expr) -> tuple[str, str] | None:
        """The (path, name) of the alias that an expression stands for; ("", qualified) for one outside the project."""
        match self._modules.resolve(module, node):
            case Symbol() as symbol if symbol.name in self.names and self._is_definition(symbol):
                return symbol.key
            case External(qualified=qualified) if qualified.rpartition(".")[2] in self.names:
                return ("", qualified) if self._is_wanted(qualified) else None
            case _:
                return None

    def _is_definition(self, symbol: Symbol) -> bool:
        module = self._modules.get(symbol.path)
        value = getattr(symbol.node, "value", None)
        if (
            module is None
            or value is None
            or not self._is_wanted(f"{self._modules.name(symbol.path)}.{symbol.name}")
        ):
            return False
        return self._is_string(module, value)

    def _is_wanted(self, qualified: str) -> bool:
        return any(qualified == wanted or qualified.endswith("." + wanted) for wanted in self._wanted)

    def _is_string(self, module: Module, value: ast.expr) -> bool:
        """Whether the value is `str` with whatever metadata: `str`, `Annotated[str, ...]`, `NewType("X", str)`."""
        if (
            isinstance(value, ast.Subscript)
            and typing_name(self._modules, module, value.value) == "Annotated"
        ):
            inner = value.slice.elts[0] if isinstance(value.slice, ast.Tuple) else value.slice
            return self._is_string(module, inner)
        if isinstance(value, ast.Call):
            return typing_name(self._modules, module, value.func) == "NewType" and self._is_string(
                module, value.args[-1]
            )
        resolved = self._modules.resolve(module, value)
        return isinstance(resolved, External) and resolved.qualified == "builtins.str"


def alias_sites(modules: Modules, aliases: Aliases, paths: list[str], strict: str) -> Iterator[Field | Use]:
    """Every use of an alias in the files, fields first seen as a whole."""
    for path in paths:
        module = modules.get(path)
        if module is None:
            continue
        text = Text(module.data)
        names = aliases.local_names(module)
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, names)):
            match node:
                case ast.AnnAssign() if _in_class(ancestors):
                    found = _field(modules, module, node, ancestors, text, strict, aliases)
                    if found:
                        yield found
                case ast.Name() | ast.Attribute() if _last(node) in names and isinstance(node.ctx, ast.Load):
                    in_field = any(
                        _in_class(ancestors[:i]) and isinstance(a, ast.AnnAssign)
                        for i, a in enumerate(ancestors)
                    )
                    if in_field or (isinstance(ancestors[-1], ast.Attribute) and False):
                        continue
                    if aliases.means_alias(module, node) and not is_local(node, ancestors):
                        yield _use(path, node, ancestors)


def task_sites(modules: Modules, paths: list[str], strict: str) -> Iterator[Field]:
    """The `str` fields with a comment that says that the strict type should be used."""
    for path in paths:
        data = modules.data(path)
        mentioned = lines_with(data, {strict}) if b"#" in data else []
        split = re.split(rb"\r\n|\r|\n", data) if mentioned else []
        lines = [n for n in mentioned if b"#" in split[n - 1]]
        module = modules.get(path) if lines else None
        if module is None:
            continue
        text = Text(data)
        around = sorted({n for line in lines for n in (line, line + 1)})
        for node, ancestors in walk_lines(module.tree, around):
            if isinstance(node, ast.AnnAssign) and _in_class(ancestors):
                found = _field(modules, module, node, ancestors, text, strict, None)
                if found and (found.tasks or found.unclear):
                    yield found


def _field(
    modules: Modules,
    module: Module,
    node: ast.AnnAssign,
    ancestors: tuple[ast.AST, ...],
    text: Text,
    strict: str,
    aliases: Aliases | None,
) -> Field | None:
    if not isinstance(node.target, ast.Name):
        return None
    annotation, in_string = unquoted(node.annotation)
    definitions: list[tuple[str, str]] = []

    def is_wanted(expression: ast.expr) -> bool:
        if aliases is None:
            resolved = modules.resolve(module, expression)
            return isinstance(resolved, External) and resolved.qualified == "builtins.str"
        meant = aliases.means_alias(module, expression)
        if meant is None or is_local(expression, ancestors):
            return False
        definitions.append(meant)
        return True

    found = occurrences(modules, module, annotation, is_wanted)
    first, comments = _comments(text, node)
    tasks = tuple(c for c in comments if is_task(c, strict))
    unclear = any(MARKER.match(c) and _names(c, strict) for c in comments if c not in tasks)
    if aliases is not None and not found:
        return None
    if aliases is None and (_names(ast.unparse(annotation), strict) or not comments):
        return None
    outer = [
        a.name for a in ancestors if isinstance(a, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    cls = Class(module.path, ".".join(outer), ancestors[-1])  # type: ignore[arg-type]
    spelled = tuple(dict.fromkeys(ast.unparse(o.node) for o in found))
    return Field(
        cls, node.target.id, node, first, tuple(found), spelled, tuple(dict.fromkeys(definitions)), tasks, unclear,
        aliases is not None, in_string,
    )  # fmt: skip


def _names(comment: str, strict: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(strict)}(?!\w)", comment) is not None


def is_task(comment: str, strict: str) -> bool:
    """Whether a comment asks for the strict type and for nothing else, so that it is done once the type is there."""
    marker = MARKER.match(comment)
    if not marker and not MODAL.match(comment):
        return False
    rest = comment[marker.end() :] if marker else comment.lstrip("# ")
    wish = (
        REQUEST
        + rf"[`'\"]?(?:pydantic\.)?{re.escape(strict)}[`'\"]?(?:\s+(?:here|instead|type|field|later))*\s*[.!]?\s*$"
    )
    return re.match(wish, rest, re.IGNORECASE) is not None


def _comments(text: Text, node: ast.AnnAssign) -> tuple[int, list[str]]:
    """The first line with the own-line comments above the field counted in, and all comments of these lines."""
    first = node.lineno
    while first > 1 and text.lines[first - 2].strip().startswith(b"#"):
        first -= 1
    last = node.end_lineno or node.lineno
    return first, [comment for _, comment in comments(text.code(first, last))]


def comments(code: str) -> list[tuple[int, str]]:
    """The comments of a piece of code, each with its line counted from 1. Code cut out of a block is fine."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code.lstrip(" \t")).readline):
            if token.type == tokenize.COMMENT:
                found.append((token.start[0], token.string.rstrip()))
    except (tokenize.TokenError, IndentationError):
        pass
    return found


def unquoted(annotation: ast.expr) -> tuple[ast.expr, bool]:
    """The annotation with its string parts parsed, and whether there were any."""
    quoted = False

    class Unquote(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            nonlocal quoted
            if isinstance(node.value, str):
                try:
                    parsed = ast.parse(node.value.strip(), mode="eval").body
                except (SyntaxError, ValueError):
                    return node
                quoted = True
                return parsed
            return node

        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            name = _last(node.value)
            if name == "Literal":
                return node
            if name == "Annotated" and isinstance(node.slice, ast.Tuple):
                inner: ast.expr = self.visit(node.slice.elts[0])
                return ast.Subscript(
                    node.value, ast.Tuple([inner, *node.slice.elts[1:]], ast.Load()), ast.Load()
                )
            return ast.Subscript(node.value, self.visit(node.slice), node.ctx)

    return Unquote().visit(annotation), quoted


def is_local(node: ast.expr, ancestors: tuple[ast.AST, ...]) -> bool:
    """Whether the name is bound in a function or class around it, so that it doesn't mean the module's."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    name = getattr(root, "id", "")
    for scope in ancestors:
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if any(_binds(n, name) for n in ast.walk(scope)):
                return True
        elif isinstance(scope, ast.ClassDef) and any(
            _binds(n, name) for s in scope.body for n in _own_nodes(s)
        ):
            return True
    return False


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(statement, ast.Assign | ast.Import | ast.ImportFrom):
        yield from ast.walk(statement)
    elif isinstance(statement, ast.ClassDef | ast.FunctionDef):
        yield ast.Name(statement.name, ast.Store())


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=bound, ctx=ast.Store()) | ast.arg(arg=bound):
            return bound == name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return any((a.asname or a.name.partition(".")[0]) == name for a in names)
        case _:
            return False


def _in_class(ancestors: tuple[ast.AST, ...]) -> bool:
    return bool(ancestors) and isinstance(ancestors[-1], ast.ClassDef)


def _last(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _use(path: str, node: ast.expr, ancestors: tuple[ast.AST, ...]) -> Use:
    for parent in reversed(ancestors):
        match parent:
            case ast.arg(arg=name):
                return Use(path, node, "parameter", name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                return Use(path, node, "return type", name)
            case ast.Call():
                return Use(path, node, "call", ast.unparse(parent.func))
            case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
                return Use(
                    path,
                    node,
                    "alias" if len(ancestors) <= 3 and isinstance(parent, ast.Assign) else "variable",
                    name,
                )
            case _:
                continue
    return Use(path, node, "expression")


__all__ = ["Aliases", "Field", "Shape", "Use", "alias_sites", "comments", "is_task", "task_sites"]
