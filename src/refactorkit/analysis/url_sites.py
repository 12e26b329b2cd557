"""Where a project uses a permissive URL alias, and where a comment says that a field should be a strict URL."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.annotations import Occurrence, Shape, occurrences, unquoted
from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.modules import External, Module, ModuleRef, Modules, Resolved
from refactorkit.analysis.permissive_aliases import Aliases
from refactorkit.analysis.scopes import is_local
from refactorkit.analysis.task_comments import MARKER, alone, comments, is_task
from refactorkit.analysis.walk_lines import lines_with, walk_lines
from refactorkit.splice import Text, text_of


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
    unknown: str = ""
    """The qualified name of an alias from outside of the project that the options don't name in full."""


class Use(Struct, frozen=True):
    """A use of the alias that is no field: a parameter, another alias, a call. `what` says which."""

    path: str
    node: ast.expr
    what: str
    name: str = ""


def alias_sites(modules: Modules, aliases: Aliases, paths: list[str], strict: str) -> Iterator[Field | Use]:
    """Every use of an alias in the files, fields first seen as a whole."""
    for path in paths:
        module = modules.get(path)
        if module is None:
            continue
        text = text_of(module.data)
        names = aliases.local_names(module)
        judged: set[ast.AST] = set()
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, names)):
            match node:
                case ast.AnnAssign() if _in_class(ancestors):
                    found = _field(modules, module, node, ancestors, text, strict, aliases)
                    if found:
                        judged.add(node.annotation)
                        yield found
                case ast.Name() | ast.Attribute() if _last(node) in names and isinstance(node.ctx, ast.Load):
                    if judged.isdisjoint([*ancestors, node]):
                        yield from _mention(modules, module, aliases, node, ancestors)
                case ast.ImportFrom() if len(ancestors) > 1:
                    yield from _renamed_locally(modules, module, aliases, node, ancestors)
                case ast.Constant(value=str(code)) if len(code) < 200 and judged.isdisjoint(
                    [*ancestors, node]
                ):
                    if _is_annotation(node, ancestors):
                        yield from _quoted_mentions(modules, module, aliases, node, ancestors)


def _mention(
    modules: Modules, module: Module, aliases: Aliases, node: ast.expr, ancestors: tuple[ast.AST, ...]
) -> Iterator[Use]:
    """What a name that isn't the type of a field is, if it is the alias at all."""
    if is_local(node, ancestors):
        if aliases.meant(_imported_locally(modules, module, node, ancestors)):
            yield Use(module.path, node, "local import")
    elif aliases.means_alias(module, node):
        yield _use(module.path, node, ancestors)
    elif aliases.may_mean_alias(module, node):
        yield Use(module.path, node, "several")


def _quoted_mentions(
    modules: Modules, module: Module, aliases: Aliases, node: ast.Constant, ancestors: tuple[ast.AST, ...]
) -> Iterator[Use]:
    """The uses of the alias in a string annotation that is no field's."""
    try:
        tree = ast.parse(str(node.value).strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return
    for inner in ast.walk(tree):
        if isinstance(inner, ast.Name | ast.Attribute):
            if is_local(inner, ancestors):
                continue
            if aliases.means_alias(module, inner):
                yield _use(module.path, node, ancestors)
                return
            if aliases.may_mean_alias(module, inner):
                yield Use(module.path, node, "several")
                return


def _renamed_locally(
    modules: Modules, module: Module, aliases: Aliases, node: ast.ImportFrom, ancestors: tuple[ast.AST, ...]
) -> Iterator[Use]:
    """An import in a function that gives the alias another name: its uses are hard to find, so it stands for them."""
    for alias in node.names:
        if alias.asname and any(isinstance(a, ast.FunctionDef | ast.AsyncFunctionDef) for a in ancestors):
            name = ast.Name(alias.asname, ast.Load())
            if aliases.meant(_imported_locally(modules, module, name, ancestors)):
                yield Use(module.path, ast.copy_location(name, alias), "local import")


def _is_annotation(node: ast.AST, ancestors: tuple[ast.AST, ...]) -> bool:
    """Whether a string stands in an annotation, or as the type of a `cast`."""
    child = node
    for parent in reversed(ancestors):
        match parent:
            case ast.arg():
                return True
            case ast.AnnAssign(annotation=annotation):
                return annotation is child
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                return returns is child
            case ast.Call(func=function):
                return _last(function) == "cast" and parent.args[:1] == [child]
            case ast.stmt() | ast.JoinedStr():
                return False
        child = parent
    return False


def _imported_locally(
    modules: Modules, module: Module, node: ast.expr, ancestors: tuple[ast.AST, ...]
) -> Resolved | None:
    """What a name stands for that a function around it imports; None when it is bound in another way."""
    if isinstance(node, ast.Attribute):
        return modules.member(
            _imported_locally(modules, module, node.value, ancestors), node.attr, module.path
        )
    for scope in ancestors:
        for inner in ast.walk(scope) if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) else ():
            if isinstance(inner, ast.ImportFrom) and isinstance(node, ast.Name):
                owner = modules.absolute("." * inner.level + (inner.module or ""), module.path)
                for alias in inner.names:
                    if (alias.asname or alias.name) == node.id and owner is not None:
                        source = owner if isinstance(owner, ModuleRef) else External(owner)
                        return modules.member(source, alias.name, module.path)
            elif isinstance(inner, ast.Import) and isinstance(node, ast.Name):
                for alias in inner.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    path = modules.find(alias.name if alias.asname else bound, module.path)
                    if bound == node.id and path:
                        return ModuleRef(path)
    return None


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
        text = text_of(data)
        around = sorted({n for line in lines for n in _down_to_code(split, line)})
        for node, ancestors in walk_lines(module.tree, around):
            if isinstance(node, ast.AnnAssign) and _in_class(ancestors):
                found = _field(modules, module, node, ancestors, text, strict, None)
                if found and (found.tasks or found.unclear):
                    yield found


def _down_to_code(lines: list[bytes], line: int) -> range:
    """From a line to the first line below it that isn't a comment on its own."""
    last = line + 1
    while last <= len(lines) and lines[last - 1].lstrip().startswith(b"#"):
        last += 1
    return range(line, last + 1)


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
    annotation = unquoted(node.annotation)
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
    first, above, said = _comments(text, node)
    tasks = tuple(c for c in alone(said, above) if is_task(c, strict))
    unclear = any(MARKER.match(c) and _names(c, strict) for c in said if c not in tasks)
    if aliases is not None and not found:
        return None
    if aliases is None and (_names(ast.unparse(annotation), strict) or not said):
        return None
    outer = [
        a.name for a in ancestors if isinstance(a, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    cls = Class(module.path, ".".join(outer), ancestors[-1])  # type: ignore[arg-type]
    spelled = tuple(dict.fromkeys(ast.unparse(o.node) for o in found))
    return Field(
        cls, node.target.id, node, first, tuple(found), spelled, tuple(dict.fromkeys(definitions)), tasks, unclear,
        aliases is not None, next((d[1] for d in definitions if aliases and not aliases.is_known(d)), ""),
    )  # fmt: skip


def _names(comment: str, strict: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(strict)}(?!\w)", comment) is not None


def _comments(text: Text, node: ast.AnnAssign) -> tuple[int, int, list[str]]:
    """The first line with the own-line comments above the field counted in, how many these are, and all comments."""
    first = node.lineno
    while first > 1 and text.lines[first - 2].strip().startswith(b"#"):
        first -= 1
    last = node.end_lineno or node.lineno
    found = [comment for _, comment in comments(text.code(first, last))]
    return first, node.lineno - first, found


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
            case ast.Call(func=function):
                return Use(path, node, "called" if function is node else "call", ast.unparse(function))
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
