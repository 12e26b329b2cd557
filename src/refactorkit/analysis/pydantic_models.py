"""Which classes are pydantic models, what their fields are, and who inherits or handles them.

Rules are pydantic's own: https://docs.pydantic.dev/latest/concepts/models/ and .../fields/.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.modules import External, Module, Modules, Symbol
from refactorkit.analysis.walk_lines import lines_with, walk_lines


class Kind(StrEnum):
    """What a class is to pydantic."""

    MODEL = "model"
    SETTINGS = "settings"
    DATACLASS = "dataclass"
    ORM = "orm"
    """A class that is a pydantic model and a table at once (SQLModel with table=True)."""
    PYDANTIC_1 = "pydantic-1"
    PLAIN = "plain"
    UNKNOWN = "unknown"
    """It inherits from something outside of the project that isn't known."""


MODELS = {
    "pydantic.BaseModel": Kind.MODEL,
    "pydantic.main.BaseModel": Kind.MODEL,
    "pydantic.RootModel": Kind.MODEL,
    "pydantic.root_model.RootModel": Kind.MODEL,
    "pydantic.generics.GenericModel": Kind.MODEL,
    "pydantic.BaseSettings": Kind.SETTINGS,
    "pydantic_settings.BaseSettings": Kind.SETTINGS,
    "pydantic_settings.main.BaseSettings": Kind.SETTINGS,
    "sqlmodel.SQLModel": Kind.MODEL,
    "sqlmodel.main.SQLModel": Kind.MODEL,
    "ninja.Schema": Kind.MODEL,
    "ninja.ModelSchema": Kind.MODEL,
}
NEUTRAL = frozenset(
    ["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"]
)
"""Bases that say nothing about whether a class is a model."""
PLAIN_ROOTS = (
    "builtins.",
    "enum.",
    "typing.",
    "typing_extensions.",
    "msgspec.",
    "collections.",
    "dataclasses.",
)
DATACLASS = frozenset(["pydantic.dataclasses.dataclass", "pydantic.dataclass"])
HOOKS = frozenset(["field_validator", "validator", "field_serializer", "serializer"])
ANY_HOOK = HOOKS | {"model_validator", "root_validator", "model_serializer"}


class Hook(Struct, frozen=True):
    """A validator or serializer method that handles a field; `before` ones see the raw value."""

    path: str
    line: int
    name: str
    before: bool


class Models:
    """The classes of the project as pydantic sees them. Answers are remembered; files are read when asked for."""

    def __init__(self, modules: Modules, known: tuple[str, ...] = ()) -> None:
        self._modules = modules
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._roots = MODELS | dict.fromkeys(known, Kind.MODEL)
        self._children: dict[tuple[str, str], tuple[Class, ...]] = {}

    def kind(self, cls: Class) -> Kind:
        """What the class is, from its bases and decorators."""
        if cls.key in self._kinds:
            return self._kinds[cls.key]
        self._kinds[cls.key] = Kind.UNKNOWN  # an inheritance cycle ends here
        module = self._modules.get(cls.path)
        kind = self._kind(cls, module) if module else Kind.UNKNOWN
        self._kinds[cls.key] = kind
        return kind

    def _kind(self, cls: Class, module: Module) -> Kind:
        for decorator in cls.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            resolved = self._modules.resolve(module, target)
            if isinstance(resolved, External) and resolved.qualified in DATACLASS:
                return Kind.DATACLASS
        kinds = {self._base_kind(module, base, cls) for base in cls.node.bases}
        for kind in (Kind.PYDANTIC_1, Kind.ORM, Kind.SETTINGS, Kind.MODEL, Kind.UNKNOWN):
            if kind in kinds:
                is_table = any(
                    k.arg == "table" and isinstance(k.value, ast.Constant) and k.value.value is True
                    for k in cls.node.keywords
                )
                return Kind.ORM if kind is Kind.MODEL and is_table else kind
        return Kind.PLAIN

    def _base_kind(self, module: Module, base: ast.expr, cls: Class) -> Kind:
        target = base.value if isinstance(base, ast.Subscript) else base
        match self._modules.resolve(module, target):
            case Symbol(path=path, name=name, node=ast.ClassDef() as node):
                if (path, name) == cls.key:
                    return Kind.UNKNOWN
                kind = self.kind(Class(path, name, node))
                return Kind.PLAIN if kind is Kind.DATACLASS else kind
            case External(qualified=qualified):
                if qualified.startswith("pydantic.v1."):
                    return Kind.PYDANTIC_1
                if qualified in self._roots:
                    return self._roots[qualified]
                return (
                    Kind.PLAIN if qualified in NEUTRAL or qualified.startswith(PLAIN_ROOTS) else Kind.UNKNOWN
                )
            case _:
                return Kind.UNKNOWN

    def bases(self, cls: Class) -> Iterator[Class]:
        """The direct bases that are classes of the project."""
        module = self._modules.get(cls.path)
        for base in cls.node.bases if module else ():
            target = base.value if isinstance(base, ast.Subscript) else base
            resolved = self._modules.resolve(module, target)  # type: ignore[arg-type]
            if (
                isinstance(resolved, Symbol)
                and isinstance(resolved.node, ast.ClassDef)
                and resolved.key != cls.key
            ):
                yield Class(resolved.path, resolved.name, resolved.node)

    def ancestors(self, cls: Class) -> list[Class]:
        """The class itself and all project classes it inherits from, nearest first, depth first."""
        found: dict[tuple[str, str], Class] = {}
        waiting = [cls]
        while waiting:
            current = waiting.pop(0)
            if current.key not in found:
                found[current.key] = current
                waiting[:0] = list(self.bases(current))
        return list(found.values())

    def subclasses(self, cls: Class) -> list[Class]:
        """All project classes that inherit from the class, directly or not."""
        found: dict[tuple[str, str], Class] = {}
        waiting = [cls]
        while waiting:
            current = waiting.pop()
            for child in self._direct_subclasses(current):
                if child.key not in found and child.key != cls.key:
                    found[child.key] = child
                    waiting.append(child)
        return sorted(found.values(), key=lambda c: c.key)

    def _direct_subclasses(self, cls: Class) -> tuple[Class, ...]:
        short = cls.name.rpartition(".")[2]
        if cls.key not in self._children:
            self._children[cls.key] = tuple(
                child
                for path in self._modules.referring(cls.path, cls.name)
                if (module := self._modules.get(path))
                for child in classes(module, self._modules.local_names(module, {short}))
                if any(base.key == cls.key for base in self.bases(child))
            )
        return self._children[cls.key]

    def from_attributes(self, cls: Class) -> bool:
        """Whether instances are made from objects (`from_attributes`, pydantic 1: `orm_mode`); nearest setting wins."""
        for ancestor in self.ancestors(cls):
            setting = _from_attributes(ancestor.node)
            if setting is not None:
                return setting
        return False

    def hooks(self, cls: Class, field: str) -> list[Hook]:
        """The validators and serializers for a field in the class, its ancestors and its subclasses."""
        related = [*self.ancestors(cls), *self.subclasses(cls)]
        return [hook for one in related for hook in _hooks(one, field)]

    def overrides(self, cls: Class, field: str) -> list[tuple[Class, ast.stmt]]:
        """The subclasses that declare the field again, each with the statement."""
        found = []
        for child in self.subclasses(cls):
            for statement in child.node.body:
                if field in _targets(statement):
                    found.append((child, statement))
        return found


def classes(module: Module, words: set[str]) -> Iterator[Class]:
    """The classes of a module that stand, in part, on lines with one of the words; nested ones have dotted names."""
    lines = lines_with(module.data, words)
    for node, ancestors in walk_lines(module.tree, lines):
        if isinstance(node, ast.ClassDef):
            outer = [
                a.name
                for a in ancestors
                if isinstance(a, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            yield Class(module.path, ".".join([*outer, node.name]), node)


def _targets(statement: ast.stmt) -> tuple[str, ...]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return (statement.target.id,)
    if isinstance(statement, ast.Assign):
        return tuple(t.id for t in statement.targets if isinstance(t, ast.Name))
    return ()


def _from_attributes(node: ast.ClassDef) -> bool | None:
    settings: list[tuple[str | None, ast.expr]] = [(k.arg, k.value) for k in node.keywords]
    for statement in node.body:
        value = getattr(statement, "value", None)
        if "model_config" in _targets(statement) and isinstance(value, ast.Call):
            settings += [(k.arg, k.value) for k in value.keywords]
        elif "model_config" in _targets(statement) and isinstance(value, ast.Dict):
            settings += [
                (str(k.value), v)
                for k, v in zip(value.keys, value.values, strict=True)
                if isinstance(k, ast.Constant)
            ]
        elif isinstance(statement, ast.ClassDef) and statement.name == "Config":
            settings += [
                (n, s.value) for s in statement.body if isinstance(s, ast.Assign) for n in _targets(s)
            ]
    for name, setting in settings:
        if name in ("from_attributes", "orm_mode") and isinstance(setting, ast.Constant):
            return bool(setting.value)
    return None


def _hooks(cls: Class, field: str) -> Iterator[Hook]:
    """The hooks of one class: decorated methods, `check = field_validator("url")(check_url)`, and any other validator
    or serializer that names the field in a string, because it may read it from the values validated before."""
    for statement in cls.node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [d for d in statement.decorator_list if isinstance(d, ast.Call)]
            for call in calls:
                if _last(call.func) in HOOKS and _handles(call, field):
                    yield Hook(cls.path, statement.lineno, statement.name, _is_before(call))
            if any(_last(getattr(d, "func", d)) in ANY_HOOK for d in statement.decorator_list):
                inner = (n for s in statement.body for n in ast.walk(s))
                before = bool(calls) and all(_is_before(call) for call in calls)
                if any(isinstance(n, ast.Constant) and n.value == field for n in inner):
                    yield Hook(cls.path, statement.lineno, statement.name, before)
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            call = statement.value.func  # type: ignore[assignment]
            if isinstance(call, ast.Call) and _last(call.func) in HOOKS and _handles(call, field):
                names = _targets(statement)
                yield Hook(cls.path, statement.lineno, names[0] if names else "a validator", _is_before(call))


def _handles(call: ast.Call, field: str) -> bool:
    fields = [a.value for a in call.args if isinstance(a, ast.Constant)]
    return len(fields) < len(call.args) or field in fields or "*" in fields


def _is_before(call: ast.Call) -> bool:
    mode = {k.arg: k.value for k in call.keywords}
    return _is_constant(mode.get("mode"), "before") or _is_constant(mode.get("pre"), True)


def _last(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _is_constant(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value
