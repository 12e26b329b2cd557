"""What a pydantic model is for: data that comes in, or data that is stored and handed out.

Evidence is looked for wherever the model, or anything that carries its fields, is named: a subclass, a model that embeds
it, an alias made of it. A route is a function under a decorator such as `@router.post("/path")`, which is how FastAPI,
Litestar, Starlette, django-ninja and their kind declare one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.modules import Module, ModuleRef, Modules, Symbol
from refactorkit.analysis.pydantic_models import Kind, Models
from refactorkit.analysis.walk_lines import lines_with, walk_lines

ROUTES = frozenset(
    [
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "trace",
        "route",
        "api_route",
        "websocket",
        "api_operation",
    ]
)
BODIES = frozenset(["Body", "Form", "Query", "File", "Header", "Cookie", "Path"])
RESPONSES = frozenset(["response_model", "response", "return_dto"])


class Role(StrEnum):
    """What a model is for."""

    INPUT = "input"
    STORED = "stored"
    MIXED = "mixed"
    NONE = "none"


class Evidence(Struct, frozen=True):
    """One reason for a role. Weak evidence (a constructor call) counts only where there is no other."""

    role: Role
    path: str
    line: int
    what: str
    weak: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.what}"


def decide(evidence: list[Evidence]) -> Role:
    """The role that the evidence adds up to."""
    strong = {e.role for e in evidence if not e.weak} or {e.role for e in evidence}
    if len(strong) == 1:
        return strong.pop()
    return Role.MIXED if strong else Role.NONE


def evidence_for(modules: Modules, models: Models, cls: Class, field: str) -> list[Evidence]:
    """Why the model that declares `field` is input or stored, sorted by place."""
    found: dict[tuple[str, str], Class | Symbol] = {}
    seen: list[Evidence] = []
    waiting: list[Class | Symbol] = [cls]
    overriders = {child.key for child, _ in models.overrides(cls, field)}
    while waiting:
        carrier = waiting.pop()
        if carrier.key in found or carrier.key in overriders:
            continue
        found[carrier.key] = carrier
        if isinstance(carrier, Class):
            seen += _own(models, carrier)
            waiting += models.subclasses(carrier) if carrier.key == cls.key else []
        for item in _mentions(modules, carrier):
            if isinstance(item, Evidence):
                seen.append(item)
            else:
                waiting.append(item)
    return sorted(set(seen), key=lambda e: (e.weak, e.path, e.line, e.what))


def _own(models: Models, cls: Class) -> Iterator[Evidence]:
    if models.from_attributes(cls):
        yield Evidence(Role.STORED, cls.path, cls.node.lineno, f"{cls.name} is made from attributes")
    if models.kind(cls) is Kind.SETTINGS:
        yield Evidence(Role.INPUT, cls.path, cls.node.lineno, f"{cls.name} reads settings")
    if models.kind(cls) is Kind.ORM:
        yield Evidence(Role.STORED, cls.path, cls.node.lineno, f"{cls.name} is a table")


def _mentions(modules: Modules, carrier: Class | Symbol) -> Iterator[Evidence | Class | Symbol]:
    short = carrier.name.rpartition(".")[2]
    for path in modules.referring(carrier.path, carrier.name):
        module = modules.get(path)
        if module is None:
            continue
        names = modules.local_names(module, {short})

        def is_carrier(node: ast.expr, module: Module = module) -> bool:
            if isinstance(node, ast.Attribute):
                owner = modules.resolve(module, node.value)
                if isinstance(owner, ModuleRef) and not modules.could_be(owner, node.attr, carrier.path):
                    return False
            resolved = modules.resolve(module, node)
            return isinstance(resolved, Symbol) and resolved.key == carrier.key

        yield from _in_module(modules, module, names, is_carrier, carrier)


def _in_module(
    modules: Modules,
    module: Module,
    names: set[str],
    is_carrier: Callable[[ast.expr], bool],
    carrier: Class | Symbol,
) -> Iterator[Evidence | Class | Symbol]:
    for node, ancestors in walk_lines(module.tree, lines_with(module.data, names)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _function(modules, module, node, names, is_carrier)
            case ast.AnnAssign(annotation=annotation) if ancestors and isinstance(
                ancestors[-1], ast.ClassDef
            ):
                if mentions(annotation, names, is_carrier):
                    outer = [a.name for a in ancestors if isinstance(a, ast.ClassDef)]
                    owner = Class(module.path, ".".join(outer), ancestors[-1])
                    if owner.key != carrier.key:
                        yield owner
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if len(ancestors) == 1:
                if not isinstance(value, ast.Call) and mentions(value, names, is_carrier):
                    yield Symbol(module.path, name, node)
            case ast.Call():
                yield from _call(module, node, names, is_carrier)


def mentions(annotation: ast.expr, names: set[str], wanted: Callable[[ast.expr], bool]) -> bool:
    """Whether an annotation names what is wanted, strings in it included."""
    for node in ast.walk(annotation):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and any(n in node.value for n in names)
        ):
            try:
                inner = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                continue
            if mentions(inner, names, wanted):
                return True
        last = (
            node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
        )
        if last in names and wanted(node):  # type: ignore[arg-type]
            return True
    return False


def route_decorator(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | None:
    """The decorator that makes the function a route: its first argument is a path (or it has `path=`)."""
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        function = decorator.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
        if name in ROUTES and _has_path(decorator):
            return decorator
    return None


def _has_path(call: ast.Call) -> bool:
    first = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "path"), None)
    if isinstance(first, ast.JoinedStr):
        return True
    if isinstance(first, ast.Constant):
        return isinstance(first.value, str) and (first.value == "" or first.value[0] in "/{")
    return first is not None or any(k.arg in RESPONSES for k in call.keywords)


def _function(
    modules: Modules,
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    names: set[str],
    wanted: Callable[[ast.expr], bool],
) -> Iterator[Evidence]:
    route = route_decorator(node)
    if route is not None:
        for keyword in route.keywords:
            if keyword.arg in RESPONSES and mentions(keyword.value, names, wanted):
                yield Evidence(Role.STORED, module.path, route.lineno, f"{node.name} answers with it")
        has_model = any(k.arg in RESPONSES for k in route.keywords)
        if node.returns is not None and not has_model and mentions(node.returns, names, wanted):
            yield Evidence(Role.STORED, module.path, node.lineno, f"{node.name} answers with it")
    is_dependency: bool | None = None
    for argument, default in _parameters(node):
        if argument.annotation is None or not mentions(argument.annotation, names, wanted):
            continue
        marker = _marker(argument.annotation, default)
        if marker == "injected":
            continue
        if is_dependency is None:
            is_dependency = route is None and _is_dependency(modules, node.name)
        if route is not None or marker == "body" or is_dependency:
            yield Evidence(
                Role.INPUT, module.path, argument.lineno, f"{node.name} takes it as {argument.arg}"
            )


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    positional = [*node.args.posonlyargs, *node.args.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    yield from zip(positional, [*missing, *node.args.defaults], strict=True)
    yield from zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)


def _marker(annotation: ast.expr, default: ast.expr | None) -> str | None:
    """`injected` for a parameter that `Depends(function)` fills, `body` for one that the request fills by name."""
    calls = [n for n in ast.walk(annotation) if isinstance(n, ast.Call)]
    if isinstance(default, ast.Call):
        calls.append(default)
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("Depends", "Security", "Inject", "Provide"):
            return "injected" if call.args or call.keywords else "body"
        if name in BODIES:
            return "body"
    return None


def _is_dependency(modules: Modules, name: str) -> bool:
    """Whether some `Depends(name)` in the project makes the function's parameters part of a request."""
    pattern = re.compile(rb"\b(?:Depends|Security)\(\s*(?:\w+\s*=\s*)?(?:\w+\.)*" + name.encode() + rb"\b")
    return any(
        name.encode() in modules.data(path) and pattern.search(modules.data(path))
        for path in modules.mentioning({"Depends", "Security"})
    )


def _call(
    module: Module, node: ast.Call, names: set[str], wanted: Callable[[ast.expr], bool]
) -> Iterator[Evidence]:
    function = node.func
    if isinstance(function, ast.Name | ast.Attribute) and _last(function) in names and wanted(function):
        yield Evidence(Role.INPUT, module.path, node.lineno, "it is constructed", weak=True)
    elif isinstance(function, ast.Attribute) and _last(function.value) in names and wanted(function.value):
        attributes = any(
            k.arg == "from_attributes" and isinstance(k.value, ast.Constant) and k.value.value
            for k in node.keywords
        )
        if function.attr == "from_orm" or (function.attr == "model_validate" and attributes):
            yield Evidence(Role.STORED, module.path, node.lineno, "it is made from an object's attributes")
        elif function.attr in ("model_validate", "model_validate_json", "parse_obj", "parse_raw"):
            yield Evidence(Role.INPUT, module.path, node.lineno, "it is validated from data", weak=True)
    if isinstance(function, ast.Attribute) and function.attr == "add_api_route":
        for keyword in node.keywords:
            if keyword.arg == "response_model" and mentions(keyword.value, names, wanted):
                yield Evidence(Role.STORED, module.path, node.lineno, "a route answers with it")


def _last(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
