"""The named aliases that stand beside a permissive one: where they go, what they are called and how they are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.modules import External, Imported, Module, ModuleRef, Modules, Symbol, top_level
from refactorkit.analysis.walk_lines import lines_with, walk_lines

DUMPS = re.compile(
    rb"\.model_dump\((?![^()]*\bmode\s*=\s*[\"']json[\"'])|\.dict\(|\.dump_python\(|\bmodel_dump\b(?!\(|_json)"
)
"""A dump in python mode, in which a URL stays an object; a bound `model_dump` that is passed on counts too."""
TYPING = "typing"
HELPER = "_keep_stored_url"
"""The name of the validator that a stored alias needs."""
HOMES = re.compile(
    r"(?:pydantic\.(?:networks|functional_validators|functional_serializers|types|main)|pydantic_core"
    r"(?:\._pydantic_core)?)\.(\w+)"
)
"""Modules whose names pydantic itself re-exports."""


class Wanted(Struct, frozen=True):
    """One alias to be had in a module: its name there, and whether it keeps stored values or serialises to a string."""

    name: str
    keeps: bool
    serialises: bool


class Home(Struct, frozen=True):
    """The file that holds the aliases: its path, the permissive alias's name and the lines of its statement there.

    `line` is the line after which the definitions go; `fresh` are those that don't stand there yet.
    """

    path: str
    lax: str
    span: tuple[int, int] | None
    line: int
    strict: Wanted | None
    stored: Wanted | None
    fresh: tuple[Wanted, ...]


def dumps_in_python_mode(modules: Modules, paths: Iterator[str]) -> bool:
    """Whether any of the files dumps a model without mode="json"; a wrapper around `model_dump` counts."""
    for path in paths:
        data = modules.data(path)
        if any(word in data for word in (b"model_dump", b".dict(", b".dump_python(")) and DUMPS.search(data):
            return True
    return False


def definition(wanted: Wanted, strict: str, helper: str) -> str:
    """The source of one alias (and of the validator that it needs), without blank lines around it."""
    serialiser = "PlainSerializer(str, return_type=str)"
    if not wanted.keeps:
        parts = [strict, serialiser] if wanted.serialises else [strict]
        return f"{wanted.name} = {'Annotated[' + ', '.join(parts) + ']' if len(parts) > 1 else strict}\n"
    parts = [strict, f"WrapValidator({helper})", *([serialiser] if wanted.serialises else [])]
    one_line = f"{wanted.name} = Annotated[{', '.join(parts)}]\n"
    several = f"{wanted.name} = Annotated[\n    {', '.join(parts)}\n]\n"
    return (
        f"def {helper}(value: object, validate: ValidatorFunctionWrapHandler) -> object:\n"
        f'    """Normalise what {strict} accepts and hand out any other stored string unchanged."""\n'
        "    try:\n"
        "        return validate(value)\n"
        "    except ValidationError:\n"
        "        if isinstance(value, str):\n"
        "            return value\n"
        "        raise\n"
        "\n\n" + (one_line if len(one_line) <= 89 else several)
    )


def imports_for(wanted: Wanted, strict: tuple[str, str]) -> list[tuple[str, str]]:
    """The (module, name) pairs that a definition needs."""
    names = [strict]
    if wanted.serialises:
        names.append(("pydantic", "PlainSerializer"))
    if wanted.keeps:
        names += [
            ("pydantic", n) for n in ("ValidationError", "ValidatorFunctionWrapHandler", "WrapValidator")
        ]
    if wanted.keeps or wanted.serialises:
        names.append((TYPING, "Annotated"))
    return names


def has_definition(module: Module, wanted: Wanted, strict: str, helper: str) -> bool:
    """Whether the module already defines the alias just as it would be written."""
    ours = ast.parse(definition(wanted, strict, helper)).body[-1]
    theirs = [s for s in module.tree.body if isinstance(s, ast.Assign) and _target(s) == wanted.name]
    return len(theirs) == 1 and ast.dump(theirs[0].value) == ast.dump(ours.value)  # type: ignore[attr-defined]


def _target(statement: ast.Assign) -> str | None:
    target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) and len(statement.targets) == 1 else None


def free_name(module: Module, candidates: list[str], wanted: Wanted, strict: str, helper: str) -> str | None:
    """The first name that is free in the module, or already means the same alias."""
    for name in candidates:
        same = Wanted(name, wanted.keeps, wanted.serialises)
        if name not in module.bindings or has_definition(module, same, strict, helper):
            return name
    return None


def names_for(lax: str, role: str, strict: str) -> list[str]:
    """Names for an alias beside `lax`, best first: `LaxUrl` gives `StoredUrl` and `StoredHttpUrl`."""
    prefix = "_" if lax.startswith("_") else ""
    return [f"{prefix}{role}Url", f"{prefix}{role}{strict}", f"{prefix}{role}{strict}Value"]


def local_import(modules: Modules, module: Module, home: str, fallback: str) -> str:
    """How the module spells an import from the file `home`: as it already does, else by its dotted name."""
    for statement in _eager(module.tree.body):
        if isinstance(statement, ast.ImportFrom):
            spelled = "." * statement.level + (statement.module or "")
            if modules.absolute(spelled, module.path) == ModuleRef(home):
                return spelled
    return fallback


def imports_at_start(modules: Modules, path: str) -> set[str]:
    """The project files that importing the file loads directly: what it imports and the packages around that."""
    module = modules.get(path)
    found: set[str] = set()
    for statement in _eager(module.tree.body) if module else ():
        for target in _targets(modules, path, statement):
            found |= {target, *_packages(modules, target)}
    return found - {path}


def _eager(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from top_level(statement.orelse)
        else:
            yield from top_level([statement])


def _targets(modules: Modules, path: str, statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            found = modules.find(alias.name, path)
            if found:
                yield found
    elif isinstance(statement, ast.ImportFrom):
        owner = modules.absolute("." * statement.level + (statement.module or ""), path)
        if isinstance(owner, ModuleRef):
            if not owner.path.endswith("/"):
                yield owner.path
            for alias in statement.names:
                member = modules.member(owner, alias.name, near=path)
                if isinstance(member, ModuleRef) and not member.path.endswith("/"):
                    yield member.path


def _packages(modules: Modules, path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for depth in range(len(parts), 0, -1):
        package = "/".join([*parts[:depth], "__init__.py"])
        if modules.get(package) is None:
            return
        yield package


def would_close_cycle(modules: Modules, importer: str, home: str) -> bool:
    """Whether a new import of `home` at the top of `importer` closes a cycle that isn't there already.

    The packages around `importer` are running by the time it runs, so edges through them say nothing new.
    """
    module = modules.get(importer)
    if module is not None and local_import(modules, module, home, ""):
        return False
    around = set(_packages(modules, importer))
    seen: set[str] = set()
    waiting = [home]
    while waiting:
        current = waiting.pop()
        if current == importer:
            return True
        if current not in seen and (current not in around or current == home):
            seen.add(current)
            waiting += sorted(imports_at_start(modules, current))
    return False


def others_import(modules: Modules, path: str, name: str) -> bool:
    """Whether another file of the project gets `name` from the file `path`, by import or as an attribute."""
    for other in modules.mentioning({name}):
        module = modules.get(other)
        if other == path or module is None:
            continue
        for bindings in module.bindings.values():
            for binding in bindings:
                if isinstance(binding, Imported) and binding.attribute == name:
                    if modules.absolute(binding.module, other) == ModuleRef(path):
                        return True
        for node, _ in walk_lines(module.tree, lines_with(module.data, {name})):
            if isinstance(node, ast.Attribute) and node.attr == name:
                if modules.resolve(module, node.value) == ModuleRef(path):
                    return True
    return False


def means(modules: Modules, module: Module, name: str, wanted: tuple[str, str]) -> bool:
    """Whether the name in the module already stands for (path, name) of the project or (module, name) outside."""
    match modules.lookup(module, name):
        case Symbol() as symbol:
            return symbol.key == wanted
        case External(qualified=qualified):
            return _canonical(qualified) == _canonical(".".join(wanted))
        case _:
            return False


def _canonical(qualified: str) -> str:
    if qualified == "typing_extensions.Annotated":
        return "typing.Annotated"
    match = HOMES.fullmatch(qualified)
    return f"pydantic.{match.group(1)}" if match else qualified


def is_free_for(modules: Modules, module: Module, name: str, wanted: tuple[str, str]) -> bool:
    """Whether the module can import `wanted` as `name`: it doesn't bind the name, or just to that."""
    if name in module.bindings:
        return means(modules, module, name, wanted)
    return not module.stars or modules.lookup(module, name) is None or means(modules, module, name, wanted)


def is_imported(module: Module, name: str, place: tuple[int, int]) -> bool:
    """Whether an import directly at module level binds the name above a place (its first line counts)."""
    return any(
        isinstance(statement, ast.Import | ast.ImportFrom)
        and statement.lineno < place[0]
        and any((a.asname or a.name) == name for a in statement.names)
        for statement in module.tree.body
    )
