"""How the value of a model's field is used: harmlessly for any type, or as the string it was.

Only attribute access shows a field's own type; a dump goes through the serialiser. A receiver whose class is known to be
another one doesn't count; one that isn't known does, because a wrong guess would break the program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.annotations import unquoted
from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.modules import External, Module, ModuleRef, Modules, Symbol
from refactorkit.analysis.pydantic_models import Kind, Models
from refactorkit.analysis.scopes import binds, is_local
from refactorkit.analysis.walk_lines import lines_before, lines_with, walk_lines

ANY_TYPE = frozenset(["str", "repr", "print", "bool", "hash", "id", "format", "ascii"])
"""Builtins that take a value of any type and treat a URL as its text or not at all."""
LOGGING = frozenset(["debug", "info", "warning", "error", "exception", "critical", "log", "warn"])
LOGGER = re.compile(r"log", re.IGNORECASE)
PICKY = re.compile(r"\{[^{}]*[:.\[]")
"""A replacement field with a format specification, an attribute or an index: not every type takes it."""
CLASS_NAME = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z]\w*$")
STRING_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Use(Struct, frozen=True):
    """One place where a field's value is used as a string, or may be."""

    path: str
    line: int
    how: str
    target: tuple[str, str, str] | None = None
    """The field (path, class, name) that the value is passed on to: no string use if that field changes as well."""
    takes_url: bool = False
    """Whether that field has a pydantic URL type already."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.how}"


class Consumers:
    """Attribute accesses of the project, classified. Files are read when asked for."""

    def __init__(self, modules: Modules, models: Models) -> None:
        self._modules = modules
        self._models = models
        self._raw: dict[tuple[str, str], list[Use]] = {}

    def string_uses(self, cls: Class, field: str) -> list[Use]:
        """The places where `field` of the class, or of a class it could be, may be used as a `str`."""
        children = self._models.subclasses(cls)
        related = {
            c.key for one in (cls, *children) for c in (one, *self._models.ancestors(one))
        }  # a mixin of a subclass reads the field through `self` too
        found: list[Use] = []
        for path in self._modules.mentioning({field}):
            data = self._modules.data(path)
            if b"." + field.encode() not in data and b"getattr" not in data and b"case " not in data:
                continue
            module = self._modules.get(path)
            if module is not None:
                found += self._in_module(module, related, field)
        if cls.key not in self._raw:
            self._raw[cls.key] = list(self._raw_dumps(cls, children, related))
        found += self._raw[cls.key]
        return sorted(set(found), key=lambda u: (u.path, u.line, u.how))

    def _raw_dumps(self, cls: Class, children: list[Class], related: set[tuple[str, str]]) -> Iterator[Use]:
        """The places that take a model's values without its serialiser: `dict(model)`, `vars(model)`, `asdict(model)`."""
        is_dataclass = self._models.kind(cls) is Kind.DATACLASS
        words = {c.name.rpartition(".")[2] for c in (cls, *children)}
        paths = {p for word in words for p in self._modules.mentioning({word})}
        if is_dataclass:
            paths |= set(self._modules.mentioning(RAW_DATACLASS))
        for path in sorted(paths):
            data = self._modules.data(path)
            lines = lines_before(data, RAW_BYTES)
            module = self._modules.get(path) if lines else None
            if module is None:
                continue
            for node, ancestors in walk_lines(module.tree, lines):
                receiver, how = _raw(node)
                if receiver is None:
                    continue
                known = self._class_of(module, receiver, ancestors)
                sure = known is not None and bool(known & related)
                if sure or (known is None and is_dataclass and how in RAW_DATACLASS):
                    yield Use(path, receiver.lineno, f"takes it raw through {how}")

    def _in_module(self, module: Module, related: set[tuple[str, str]], field: str) -> Iterator[Use]:
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, {field})):
            if isinstance(node, ast.MatchClass) and field in node.kwd_attrs:
                matched = self._modules.resolve(module, node.cls)
                if not isinstance(matched, Symbol) or matched.key in related:
                    yield Use(module.path, node.lineno, "matches it")
            if not _is_access(node, field):
                continue
            receiver = node.value if isinstance(node, ast.Attribute) else node.args[0]  # type: ignore[attr-defined]
            if self._could_be(module, receiver, ancestors, related):
                target = self._passed_to(module, node, ancestors)
                how = self._use(module, node, ancestors)  # type: ignore[arg-type]
                if how:
                    takes = target is not None and self._takes_url(target)
                    yield Use(module.path, node.lineno, how, target, takes)  # type: ignore[attr-defined]

    def _could_be(
        self,
        module: Module,
        receiver: ast.expr,
        ancestors: tuple[ast.AST, ...],
        related: set[tuple[str, str]],
    ) -> bool:
        if isinstance(receiver, ast.Name | ast.Attribute) and not is_local(receiver, ancestors):
            resolved = self._modules.resolve(module, receiver)
            if isinstance(resolved, ModuleRef):
                return False
            last = receiver.attr if isinstance(receiver, ast.Attribute) else receiver.id
            if isinstance(resolved, Symbol | External) and CLASS_NAME.match(last):
                return False  # a field can't be read through a pydantic model's class: this is another kind of class
        known = self._class_of(module, receiver, ancestors)
        return known is None or bool(known & related)

    def _class_of(
        self, module: Module, receiver: ast.expr, ancestors: tuple[ast.AST, ...]
    ) -> set[tuple[str, str]] | None:
        """The classes that an expression can be an instance of, or None when that isn't known."""
        if isinstance(receiver, ast.Call):
            if isinstance(receiver.func, ast.Name | ast.Attribute) and not is_local(receiver.func, ancestors):
                return self._classes(module, receiver.func)
            return None
        if not isinstance(receiver, ast.Name):
            return None
        if receiver.id in ("self", "cls"):
            return _own_class(module, ancestors)
        for scope in reversed(ancestors):
            if isinstance(scope, Function):
                return self._annotated(module, receiver.id, scope)
            if isinstance(scope, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                if any(binds(n, receiver.id) for n in ast.walk(scope)):
                    return None
        return None

    def _annotated(self, module: Module, name: str, function: Function) -> set[tuple[str, str]] | None:
        """The classes that a parameter or local can be an instance of, or None when that isn't known."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        argument = next((a for a in arguments if a.arg == name), None)
        stores = _stores(function, name)
        if argument is not None:
            if stores or argument.annotation is None:
                return None
            return self._classes(module, argument.annotation)
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
                    return None if self._is_protocol(module, resolved.node) else {resolved.key}
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

    def _is_protocol(self, module: Module, node: ast.ClassDef) -> bool:
        bases = [b.value if isinstance(b, ast.Subscript) else b for b in node.bases]
        return any(getattr(b, "attr", getattr(b, "id", "")) == "Protocol" for b in bases)

    def _use(self, module: Module, node: ast.expr, ancestors: tuple[ast.AST, ...]) -> str | None:
        """How the value is used as a string, or None when any type does there."""
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return "adds to it" if isinstance(ancestors[-1], ast.AugAssign) else None
        child: ast.AST = node
        for parent in reversed(ancestors):
            match parent:
                case ast.FormattedValue(format_spec=spec, conversion=conversion):
                    return "formats it as a string" if spec is not None and conversion == -1 else None
                case ast.Expr() | ast.Assert():
                    return None
                case ast.NamedExpr(target=ast.Name(id=name)):
                    how = self._assigned(module, name, ancestors, parent)
                    if how:
                        return how
                    child = parent
                case ast.BoolOp():
                    child = parent
                case ast.IfExp(test=test) if test is not child:
                    child = parent
                case ast.UnaryOp(op=ast.Not()) | ast.IfExp() | ast.If() | ast.While():
                    return None
                case ast.Compare():
                    return _comparison(parent, child)
                case ast.Attribute(attr=attr):
                    return f"calls .{attr}" if attr in STRING_METHODS else f"reads .{attr}"
                case ast.Call():
                    return self._argument(parent, child)
                case ast.keyword():
                    call = ancestors[ancestors.index(parent) - 1]
                    return self._argument(call, child) if isinstance(call, ast.Call) else "passes it on"
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    return self._assigned(module, name, ancestors, parent)
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

    def _assigned(
        self, module: Module, name: str, ancestors: tuple[ast.AST, ...], origin: ast.AST
    ) -> str | None:
        """The first string use of a local that the value was assigned to, or None when there is none."""
        function = next((a for a in reversed(ancestors) if isinstance(a, Function)), None)
        shared = function is None or any(
            isinstance(n, ast.Global | ast.Nonlocal) and name in n.names for n in ast.walk(function)
        )
        if function is None or shared or len(_stores(function, name)) != 1:
            return f"assigns it to {name}"
        lines = list(range(function.lineno, (function.end_lineno or function.lineno) + 1))
        for node, around in walk_lines(function, lines):
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
                and origin not in around
            ):
                parent = around[-1]
                if isinstance(parent, ast.Assign | ast.AnnAssign):
                    return f"assigns it to {name} and on"
                how = self._use(module, node, around)
                if how:
                    return f"assigns it to {name}, then {how}"
        return None

    def _argument(self, call: ast.Call, child: ast.AST) -> str | None:
        function = call.func
        if function is child:
            return "calls it"
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Name) and name in ANY_TYPE:
            return "formats it as a string" if name == "format" and len(call.args) > 1 else None
        if isinstance(function, ast.Attribute):
            owner = function.value
            last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in LOGGING and LOGGER.search(last) and call.args and call.args[0] is not child:
                return None
            if name == "format" and isinstance(owner, ast.Constant) and isinstance(owner.value, str):
                return "formats it as a string" if PICKY.search(owner.value) else None
        return f"passes it to {name or 'a call'}"

    def _passed_to(
        self, module: Module, node: ast.AST, ancestors: tuple[ast.AST, ...]
    ) -> tuple[str, str, str] | None:
        """The field that a value becomes as it is: `Model(url=other.url)`."""
        if len(ancestors) < 2 or not isinstance(ancestors[-1], ast.keyword):
            return None
        keyword, call = ancestors[-1], ancestors[-2]
        if not keyword.arg or not isinstance(call, ast.Call) or is_local(call.func, ancestors):
            return None
        resolved = self._modules.resolve(module, call.func)
        if not isinstance(resolved, Symbol) or not isinstance(resolved.node, ast.ClassDef):
            return None
        cls = Class(resolved.path, resolved.name, resolved.node)
        if self._models.kind(cls) in (Kind.MODEL, Kind.DATACLASS, Kind.SETTINGS):
            for ancestor in self._models.ancestors(cls):
                if any(_declares(statement, keyword.arg) for statement in ancestor.node.body):
                    return ancestor.path, ancestor.name, keyword.arg
        return None

    def _takes_url(self, target: tuple[str, str, str]) -> bool:
        """Whether a field has a pydantic URL in its type."""
        path, name, field = target
        module = self._modules.get(path)
        found = _class_in(module.tree.body, name.split(".")) if module else None
        for statement in found.body if module and found else ():
            if isinstance(statement, ast.AnnAssign) and _declares(statement, field):
                return any(
                    _is_url(self._modules.resolve(module, node))  # type: ignore[arg-type]
                    for node in ast.walk(unquoted(statement.annotation))
                    if isinstance(node, ast.Name | ast.Attribute)
                )
        return False


def _class_in(body: list[ast.stmt], names: list[str]) -> ast.ClassDef | None:
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name == names[0]:
            return _class_in(statement.body, names[1:]) if names[1:] else statement
    return None


RAW = frozenset(["dict", "vars", "asdict", "astuple", "__dict__"])
RAW_BYTES = (b"dict(", b"vars(", b"astuple(", b"__dict__", b"dict (", b"vars (", b"astuple (")
RAW_DATACLASS = {"asdict", "astuple"}


def _raw(node: ast.AST) -> tuple[ast.expr | None, str]:
    """The object whose values an expression takes as they are, and what does it; (None, "") for other code."""
    match node:
        case ast.Attribute(value=value, attr="__dict__"):
            return value, "__dict__"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[value, *_]) if name in RAW:
            return value, name
        case _:
            return None, ""


def _own_class(module: Module, ancestors: tuple[ast.AST, ...]) -> set[tuple[str, str]] | None:
    """The class around a method, for `self`; None outside of classes."""
    scopes = [a for a in ancestors if isinstance(a, ast.ClassDef | Function)]
    while scopes and not isinstance(scopes[-1], ast.ClassDef):
        scopes.pop()
    return {(module.path, ".".join(s.name for s in scopes))} if scopes else None


def _stores(function: Function, name: str) -> list[ast.Name]:
    return [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
    ]


def _declares(statement: ast.stmt, field: str) -> bool:
    return isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == field


def _is_url(resolved: object) -> bool:
    return isinstance(resolved, External) and bool(
        re.fullmatch(r"pydantic(_core)?\.(\w+\.)*\w*Url", resolved.qualified)
    )


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
