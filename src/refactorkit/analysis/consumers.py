"""How the value of a model's field is used: harmlessly for any type, or as the string it was.

Only attribute access shows a field's own type; a dump goes through the serialiser. A receiver whose class is known to be
another one doesn't count; one that isn't known does, because a wrong guess would break the program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.modules import Module, ModuleRef, Modules, Symbol
from refactorkit.analysis.pydantic_models import Class, Kind, Models
from refactorkit.analysis.walk_lines import lines_with, walk_lines

ANY_TYPE = frozenset(["str", "repr", "print", "bool", "isinstance", "hash", "id", "format", "type", "ascii"])
"""Builtins that take a value of any type and treat a URL as its text or not at all."""
LOGGING = frozenset(["debug", "info", "warning", "error", "exception", "critical", "log", "warn"])
CLASS_NAME = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z]\w*$")
STRING_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Use(Struct, frozen=True):
    """One place where a field's value is used as a string, or may be."""

    path: str
    line: int
    how: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.how}"


class Consumers:
    """Attribute accesses of the project, classified. Files are read when asked for."""

    def __init__(self, modules: Modules, models: Models) -> None:
        self._modules = modules
        self._models = models

    def string_uses(self, cls: Class, field: str) -> list[Use]:
        """The places where `field` of the class, or of a class it could be, may be used as a `str`."""
        related = {c.key for c in (cls, *self._models.subclasses(cls), *self._models.ancestors(cls))}
        found: list[Use] = []
        for path in self._modules.mentioning({field}):
            data = self._modules.data(path)
            if b"." + field.encode() not in data and b"getattr" not in data:
                continue
            module = self._modules.get(path)
            if module is not None:
                found += self._in_module(module, related, field)
        return sorted(set(found), key=lambda u: (u.path, u.line, u.how))

    def _in_module(self, module: Module, related: set[tuple[str, str]], field: str) -> Iterator[Use]:
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, {field})):
            if not _is_access(node, field):
                continue
            receiver = node.value if isinstance(node, ast.Attribute) else node.args[0]  # type: ignore[attr-defined]
            if self._could_be(module, receiver, ancestors, related):
                how = self._use(module, node, ancestors)  # type: ignore[arg-type]
                if how:
                    yield Use(module.path, node.lineno, how)  # type: ignore[attr-defined]

    def _could_be(
        self,
        module: Module,
        receiver: ast.expr,
        ancestors: tuple[ast.AST, ...],
        related: set[tuple[str, str]],
    ) -> bool:
        if isinstance(receiver, ast.Call):
            resolved = self._modules.resolve(module, receiver.func)
            if isinstance(resolved, Symbol) and isinstance(resolved.node, ast.ClassDef):
                return resolved.key in related
            return True
        resolved = self._modules.resolve(module, receiver)
        if isinstance(resolved, ModuleRef):
            return False
        last = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
        if CLASS_NAME.match(last):
            return False  # a field can't be read through a pydantic model's class, so this is another kind of class
        if not isinstance(receiver, ast.Name):
            return True
        if receiver.id in ("self", "cls"):
            owner = [a for a in ancestors if isinstance(a, ast.ClassDef)]
            name = ".".join(c.name for c in owner)
            return not owner or (module.path, name) in related or self._is_mixin(module, owner[-1], name)
        function = next((a for a in reversed(ancestors) if isinstance(a, Function)), None)
        known = self._annotated(module, receiver.id, function) if function else None
        return known is None or bool(known & related)

    def _is_mixin(self, module: Module, node: ast.ClassDef, name: str) -> bool:
        """Whether a class that isn't related might still be a mixin of one: it is plain and has no such field."""
        return self._models.kind(Class(module.path, name, node)) is Kind.PLAIN and not node.bases

    def _annotated(self, module: Module, name: str, function: Function) -> set[tuple[str, str]] | None:
        """The classes that a parameter or local can be an instance of, or None when that isn't known."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        annotation = next((a.annotation for a in arguments if a.arg == name), None)
        stores = [
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
        ]
        if annotation is not None:
            return None if stores else self._classes(module, annotation)
        values = [
            n.value
            for n in ast.walk(function)
            if isinstance(n, ast.Assign)
            and len(n.targets) == 1
            and isinstance(n.targets[0], ast.Name)
            and n.targets[0].id == name
        ]
        if len(values) == len(stores) == 1 and isinstance(values[0], ast.Call):
            return self._classes(module, values[0].func)
        return None

    def _classes(self, module: Module, annotation: ast.expr) -> set[tuple[str, str]] | None:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                return None
        match annotation:
            case ast.Name() | ast.Attribute():
                resolved = self._modules.resolve(module, annotation)
                if isinstance(resolved, Symbol) and isinstance(resolved.node, ast.ClassDef):
                    return {resolved.key}
                return None
            case ast.Constant(value=None):
                return set()
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                members = [self._classes(module, left), self._classes(module, right)]
            case ast.Subscript(value=ast.Name(id="Optional" | "Union"), slice=inner):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                members = [self._classes(module, part) for part in parts]
            case _:
                return None
        if any(m is None for m in members):
            return None
        return {key for m in members if m for key in m}

    def _use(self, module: Module, node: ast.expr, ancestors: tuple[ast.AST, ...]) -> str | None:
        """How the value is used as a string, or None when any type does there."""
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return None
        child: ast.AST = node
        for parent in reversed(ancestors):
            match parent:
                case ast.FormattedValue() | ast.Expr() | ast.Assert():
                    return None
                case ast.BoolOp() | ast.NamedExpr():
                    child = parent
                    continue
                case ast.IfExp(test=test) if test is not child:
                    child = parent
                    continue
                case ast.UnaryOp(op=ast.Not()) | ast.IfExp() | ast.If() | ast.While():
                    return None
                case ast.Compare():
                    return _comparison(parent, child)
                case ast.Attribute(attr=attr):
                    return f"calls .{attr}" if attr in STRING_METHODS else f"reads .{attr}"
                case ast.Call():
                    return self._argument(module, parent, child)
                case ast.keyword():
                    call = ancestors[ancestors.index(parent) - 1]
                    return (
                        self._argument(module, call, child, parent.arg)
                        if isinstance(call, ast.Call)
                        else "passes it on"
                    )
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    function = next((a for a in reversed(ancestors) if isinstance(a, Function)), None)
                    return (
                        self._local(module, name, function, parent) if function else f"assigns it to {name}"
                    )
                case ast.BinOp(op=ast.Mod(), left=left) if left is not child:
                    return None
                case ast.BinOp():
                    return "joins it to a string"
                case ast.Subscript():
                    return "takes a part of it"
                case ast.Assign() | ast.AnnAssign():
                    return "stores it"
                case ast.Return() | ast.Yield():
                    return "hands it out"
                case ast.Tuple() if _is_format_argument(parent, ancestors):
                    return None
                case ast.Dict() | ast.List() | ast.Set() | ast.Tuple():
                    return "puts it in a collection"
                case _:
                    return "uses it"
        return None

    def _local(self, module: Module, name: str, function: Function, origin: ast.AST) -> str | None:
        """The first string use of a local that the value was assigned to, or None when there is none."""
        stores = [
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
        ]
        if len(stores) != 1:
            return f"assigns it to {name}"
        lines = list(range(function.lineno, (function.end_lineno or function.lineno) + 1))
        for node, ancestors in walk_lines(function, lines):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
                and origin not in ancestors
            ):
                parent = ancestors[-1]
                if isinstance(parent, ast.Assign | ast.AnnAssign):
                    return f"assigns it to {name} and on"
                how = self._use(module, node, ancestors)
                if how:
                    return f"assigns it to {name}, then {how}"
        return None

    def _argument(
        self, module: Module, call: ast.Call, child: ast.AST, keyword: str | None = None
    ) -> str | None:
        function = call.func
        if function is child:
            return "calls it"
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Name) and name in ANY_TYPE:
            return None
        if (
            isinstance(function, ast.Attribute)
            and name in LOGGING
            and call.args
            and call.args[0] is not child
        ):
            return None
        if (
            isinstance(function, ast.Attribute)
            and name == "format"
            and isinstance(function.value, ast.Constant)
        ):
            return None
        resolved = self._modules.resolve(module, function)
        if keyword and isinstance(resolved, Symbol) and isinstance(resolved.node, ast.ClassDef):
            if self._takes_url(Class(resolved.path, resolved.name, resolved.node), keyword):
                return None
        return f"passes it to {name or 'a call'}"

    def _takes_url(self, cls: Class, field: str) -> bool:
        """Whether the class is a model with such a field whose type is a pydantic URL."""
        for ancestor in self._models.ancestors(cls):
            for statement in ancestor.node.body:
                if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == field:
                    return (
                        "Url" in ast.unparse(statement.annotation)
                        and self._models.kind(cls) is not Kind.PLAIN
                    )
        return False


def _is_access(node: ast.AST, field: str) -> bool:
    match node:
        case ast.Attribute(attr=attr):
            return attr == field
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=value), *_]):
            return bool(value == field)
        case _:
            return False


def _comparison(node: ast.Compare, child: ast.AST) -> str | None:
    sides = [node.left, *node.comparators]
    others = [s for s in sides if s is not child]
    if all(isinstance(o, ast.Is | ast.IsNot) for o in node.ops):
        return None
    if all(isinstance(o, ast.Constant) and o.value is None for o in others):
        return None
    return "compares it"


def _is_format_argument(node: ast.Tuple, ancestors: tuple[ast.AST, ...]) -> bool:
    parent = ancestors[ancestors.index(node) - 1]
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.right is node
