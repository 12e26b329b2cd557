"""The function whose signature is to change: where it is, and what about it forbids that."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from refactorkit.analysis.definitions import Assigned, Bound, Function, FunctionNode
from refactorkit.analysis.expressions import Call, Expression
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.members import PROPERTIES
from refactorkit.analysis.parameter_uses import bears, sees_locals, uses_of
from refactorkit.analysis.signature_reasons import Reason
from refactorkit.analysis.signature_request import Change
from refactorkit.analysis.signatures import is_marked, last_name
from refactorkit.analysis.symbols import PLAIN_BASES, Definition, External, Member, ModuleRef, Ref, Symbols
from refactorkit.config import ConfigError, nearest

TRANSPARENT = frozenset(
    f"{module}.{name}"
    for module, names in {
        "builtins": ("staticmethod", "classmethod"),
        "contextlib": ("contextmanager", "asynccontextmanager"),
        "functools": ("cache", "lru_cache"),
        "typing": ("final", "no_type_check"),
        "typing_extensions": ("final",),
    }.items()
    for name in names
)
"""Decorators under which a function is called as it is written."""


class Target(Struct, frozen=True):
    """The function: its file, its qualified name there, the class that it is a method of, and its syntax node.

    `first` is how many parameters are filled by what it is called on.
    """

    path: str
    name: str
    owner: Ref | None
    node: Any
    first: int

    @property
    def short(self) -> str:
        """The name that callers use."""
        return self.name.rpartition(".")[2]

    @property
    def is_constructor(self) -> bool:
        """Whether it is called by its class's name."""
        return self.owner is not None and self.short == "__init__"

    @property
    def called(self) -> str:
        """What callers write: the function's name, or the class's."""
        return self.owner.name.rpartition(".")[2] if self.owner and self.is_constructor else self.short


class Problem(Struct, frozen=True):
    """What forbids a change; `is_certain` False: only as far as it can't be ruled out."""

    reason: Reason
    message: str
    line: int = 0
    is_certain: bool = True


class Stopped(Exception):
    """The name is found and is nothing whose signature can change; the problem says why, `path` and `line` where."""

    def __init__(self, problem: Problem, path: str, line: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.path = path
        self.line = line


def find(symbols: Symbols, function: str) -> Target:
    """The function of a dotted name. Raises ConfigError with the nearest names, or Stopped."""
    parts = function.split(".")
    for count in range(len(parts) - 1, 0, -1):
        path = _module(symbols, ".".join(parts[:count]), parts[count])
        if path:
            return _in_module(symbols, path, parts[count:], function)
    raise ConfigError(_no_owner(symbols, ".".join(parts[:-1]), ""))


def _no_owner(symbols: Symbols, owner: str, path: str) -> str:
    """That there is no such module, and no such class in the module of `path`, with the names that resemble it."""
    known = {symbols.module_name(other) for other in symbols.sources} - {""}
    outline = symbols.outline(path) if path else None
    if outline is not None:
        known |= {f"{symbols.module_name(path)}.{name}" for name in outline.classes}
    return f"there is no module or class {owner}: {nearest(owner, known, 'check the name')}"


def _module(symbols: Symbols, dotted: str, name: str) -> str:
    """The file of a module, '' when there is none; of several those that may change, and that have the name."""
    last = dotted.rpartition(".")[2]
    paths = [
        path
        for path in symbols.sources
        if path.endswith((f"{last}.py", f"{last}/__init__.py")) and symbols.module_name(path) == dotted
    ]
    for kept in (
        [path for path in paths if symbols.sources[path].in_scope],
        [path for path in paths if (outline := symbols.outline(path)) and name in outline.names],
    ):
        paths = [path for path in paths if path in kept] or paths
    if len(paths) > 1:
        raise ConfigError(
            f"{dotted} is in {paths[0]} and in {paths[1]}: name the folder of one on the command line"
        )
    if paths:
        return paths[0]
    found = symbols.target(dotted, "")
    return found.path if isinstance(found, ModuleRef) and not found.path.endswith("/") else ""


def _in_module(symbols: Symbols, path: str, names: list[str], function: str) -> Target:
    if len(names) == 1:
        found = symbols.lookup(path, names[0])
        if isinstance(found, Definition) and all(isinstance(bound, Function) for bound in found.bounds):
            return _target(found.path, found.name, None, found.bounds)
        if isinstance(found, Ref):
            return _constructor(symbols, found)
        outline = symbols.outline(path)
        bounds = outline.names.get(names[0], ()) if outline else ()
        if len(bounds) > 1 or any(isinstance(bound, Function) for bound in bounds):
            raise Stopped(*_defined_twice(names[0], bounds, path))
        known = list(outline.names) if outline else []
    else:
        outline = symbols.outline(path)
        bounds = outline.names.get(names[0], ()) if outline else ()
        found = symbols.lookup(path, names[0])
        if len(bounds) > 1 and not isinstance(found, Ref):
            raise Stopped(*_defined_twice(names[0], bounds, path))
        for name in names[1:-1]:
            found = symbols.member(found, name, path)
        facts = symbols.cls(found) if isinstance(found, Ref) else None
        if facts is None or not isinstance(found, Ref):
            raise ConfigError(_no_owner(symbols, function.rpartition(".")[0], path))
        nested = symbols.member(found, names[-1], path)
        if isinstance(nested, Ref):
            return _constructor(symbols, nested)
        bounds = facts.members.get(names[-1], ())
        if bounds and all(isinstance(bound, Function) for bound in bounds):
            return _target(found.path, f"{found.name}.{names[-1]}", found, bounds)
        if any(isinstance(bound, Function) for bound in bounds):
            raise Stopped(*_defined_twice(names[-1], bounds, found.path))
        inherited = symbols.attribute(found, names[-1])
        if isinstance(inherited, Member) and inherited.owner != found:
            raise ConfigError(
                f"{function} is inherited: name the class that defines it, {inherited.owner.name}"
            )
        known = list(facts.members)
    if names[-1] in known:
        raise ConfigError(
            f"{function} is no function or class that is defined there: check what it is bound to"
        )
    stem = function.removesuffix(names[-1])
    raise ConfigError(
        f"there is no function {function}: {nearest(names[-1], known, f'check what {stem[:-1]} defines')}"
    )


def _constructor(symbols: Symbols, ref: Ref) -> Target:
    facts = symbols.cls(ref)
    bounds = facts.members.get("__init__", ()) if facts else ()
    if not bounds or not all(isinstance(bound, Function) for bound in bounds):
        said = f"{ref.name} has no __init__ of its own"
        raise Stopped(Problem(Reason.CALLED_BY_PYTHON, said), ref.path, facts.line if facts else 1)
    return _target(ref.path, f"{ref.name}.__init__", ref, bounds)


def constructed(types: Inference, target: Target) -> tuple[Ref, ...]:
    """The classes whose objects a constructor makes: its own, and subclasses without another; none for other functions."""
    if not target.is_constructor or target.owner is None:
        return ()
    found = [target.owner]
    for ref in types.subclasses.of(target.owner).certain:
        member = types.symbols.attribute(ref, "__init__")
        if isinstance(member, Member) and member.owner == target.owner:
            found.append(ref)
    return tuple(found)


def _target(path: str, name: str, owner: Ref | None, bounds: tuple[Bound, ...]) -> Target:
    function = bounds[-1]
    assert isinstance(function, Function)
    short = name.rpartition(".")[2]
    if len(bounds) > 1:
        raise Stopped(*_defined_twice(short, bounds, path))
    first = 0 if owner is None or is_marked(function, "staticmethod") else 1
    return Target(path, name, owner, function, first)


def _defined_twice(name: str, bounds: tuple[Bound, ...], path: str) -> tuple[Problem, str, int]:
    functions = [bound for bound in bounds if isinstance(bound, Function)]
    line = getattr((functions or bounds)[-1], "line", 1)
    if any(is_marked(f, "overload") for f in functions):
        return Problem(Reason.OVERLOADED, f"{name} has overloads"), path, line
    if any(is_marked(f, *PROPERTIES, "setter") for f in functions):
        return Problem(Reason.PROPERTY, f"{name} is a property"), path, line
    return Problem(Reason.DEFINED_TWICE, f"{name} is bound in {len(bounds)} places"), path, line


def node_of(target: Target, tree: ast.Module) -> FunctionNode:
    """The syntax node of a target's function in the tree of its file."""
    return next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.lineno, node.name) == (target.node.line, target.short)
    )


def problems(types: Inference, target: Target, moves: bool) -> Iterator[Problem]:
    """What forbids a change of the function's signature; `moves`: calls may pass other positional arguments then."""
    function: Function = target.node
    if not target.is_constructor and target.short.startswith("__") and target.short.endswith("__"):
        yield Problem(Reason.CALLED_BY_PYTHON, f"{target.short} is called by Python itself")
    if target.short.startswith("test") and target.path.rpartition("/")[2].startswith(("test_", "conftest")):
        yield Problem(Reason.CALLED_BY_PYTHON, f"pytest calls {target.short} by the names of its parameters")
    stub = f"{target.path}i"
    if stub in types.symbols.sources:
        yield Problem(Reason.DEFINED_TWICE, f"{stub} declares it, too")
    if is_marked(function, *PROPERTIES):
        yield Problem(Reason.PROPERTY, f"{target.short} is a property")
        return
    if is_marked(function, "abstractmethod"):
        yield Problem(Reason.ABSTRACT, f"{target.name} is abstract")
        return
    for decorator in function.decorators:
        if not _is_transparent(types.symbols, target, decorator):
            said = f"{last_name(decorator) or 'an expression'} decorates it"
            yield Problem(Reason.DECORATED, said, function.line)
    if target.is_constructor and target.owner is not None:
        yield from _construction(types, target.owner, moves)
    elif target.owner is not None:
        yield from _inheritance(types, target, target.owner)


def _is_transparent(symbols: Symbols, target: Target, decorator: Expression) -> bool:
    value = decorator.func if isinstance(decorator, Call) else decorator
    found = symbols.resolve(target.path, value)
    return isinstance(found, External) and found.qualified in TRANSPARENT


def _construction(types: Inference, owner: Ref, moves: bool) -> Iterator[Problem]:
    """What lets somebody else decide how a class is called."""
    symbols = types.symbols
    if isinstance(symbols.attribute(owner, "__new__"), Member):
        yield Problem(Reason.CALLED_BY_PYTHON, f"{owner.name} has a __new__, which gets the arguments, too")
    order = symbols.order(owner)
    for base in order:
        facts = symbols.cls(base) if isinstance(base, Ref) else None
        if isinstance(base, Ref) and facts is not None and not _is_plain(symbols, base, facts.metaclass):
            yield Problem(Reason.CALLED_BY_PYTHON, f"{facts.name} has a metaclass")
        elif base is None or (isinstance(base, External) and not _is_called_plainly(base.qualified, moves)):
            said = base.qualified if isinstance(base, External) else "something that isn't known"
            yield Problem(Reason.BASE_NOT_KNOWN, f"{owner.name} derives from {said}", is_certain=False)
    below = types.subclasses.of(owner)
    family = {owner, *order, *below.certain}
    for other in below.certain:
        strangers = [base for base in symbols.order(other) if isinstance(base, Ref) and base not in family]
        if strangers:
            said = f"{other.name} in {other.path} also derives from {strangers[0].name}"
            yield Problem(Reason.OVERRIDES, said)
    for other in below.doubtful:
        yield Problem(
            Reason.BASE_NOT_KNOWN, f"{other.name} in {other.path} may derive from it", is_certain=False
        )


def _is_plain(symbols: Symbols, owner: Ref, metaclass: Expression | None) -> bool:
    """Whether a metaclass, if there is any, lets a class be called as it is written."""
    found = symbols.resolve(owner.path, metaclass) if metaclass is not None else External("abc.ABCMeta")
    return isinstance(found, External) and found.qualified in ("abc.ABCMeta", "builtins.type")


def _is_called_plainly(base: str, moves: bool) -> bool:
    """Whether a base from outside leaves a class's arguments to its `__init__`. Exceptions keep the positional ones, too."""
    kind = getattr(builtins, base.removeprefix("builtins."), None) if base.startswith("builtins.") else None
    is_exception = isinstance(kind, type) and issubclass(kind, BaseException)
    return base in PLAIN_BASES or kind in (list, dict, set) or (is_exception and not moves)


def _inheritance(types: Inference, target: Target, owner: Ref) -> Iterator[Problem]:
    symbols, name = types.symbols, target.short
    if is_protocol(symbols, owner):
        yield Problem(Reason.ABSTRACT, f"{owner.name} is a Protocol")
    facts = symbols.cls(owner)
    if facts is not None and name in facts.attributes:
        line = facts.attributes[name][0].assigned.line
        yield Problem(Reason.REPLACED, f"{owner.name} assigns {name} to its objects in line {line}")
    for base in symbols.order(owner)[1:]:
        if isinstance(base, Ref):
            above = symbols.cls(base)
            if above is not None and _has(above.members.get(name, ())):
                yield Problem(Reason.OVERRIDES, f"{base.name} in {base.path} has {name}, too")
        elif base is None:
            yield Problem(Reason.BASE_NOT_KNOWN, f"a base of {owner.name} isn't known", is_certain=False)
        elif base.qualified.startswith("builtins."):
            if hasattr(getattr(builtins, base.qualified[9:], object), name):
                yield Problem(Reason.OVERRIDES, f"{base.qualified[9:]} has {name}, too")
        elif base.qualified not in PLAIN_BASES:
            said = f"{owner.name} derives from {base.qualified}, which may have {name}"
            yield Problem(Reason.BASE_NOT_KNOWN, said, is_certain=False)
    yield from _below(types, name, owner)


def _below(types: Inference, name: str, owner: Ref) -> Iterator[Problem]:
    """What subclasses make of a method: they override it, or have it from another class, too."""
    symbols = types.symbols
    below = types.subclasses.of(owner)
    for other in below.certain:
        found = symbols.attribute(other, name)
        if not isinstance(found, Member) or found.owner != owner:
            yield Problem(Reason.OVERRIDDEN, f"{other.name} in {other.path} has a {name} of its own")
            continue
        for base in symbols.order(other):
            beside = symbols.cls(base) if isinstance(base, Ref) and base != owner else None
            if beside is not None and name in beside.members:
                yield Problem(
                    Reason.OVERRIDES, f"{other.name} in {other.path} has {name} of {beside.name}, too"
                )
    for other in below.doubtful:
        doubtful = symbols.cls(other)
        if doubtful is not None and name in doubtful.members:
            yield Problem(Reason.OVERRIDDEN, f"{other.name} in {other.path} may override it")


def is_protocol(symbols: Symbols, ref: Ref) -> bool:
    """Whether a class is a Protocol: other classes implement it without saying so."""
    return any(
        isinstance(base, External) and base.qualified.endswith(".Protocol") for base in symbols.bases(ref)
    )


def _has(bounds: tuple[Bound, ...]) -> bool:
    return any(not (isinstance(bound, Assigned) and bound.value is None) for bound in bounds)


def body_problems(node: FunctionNode, change: Change) -> Iterator[Problem]:
    """What in the function's own body forbids the change."""
    seeing = sees_locals(node)
    if seeing is not None:
        yield Problem(Reason.READS_LOCALS, f"it calls {seeing.id} in line {seeing.lineno}", seeing.lineno)
    for name in change.removed:
        uses = uses_of(node, name)
        if uses.names or uses.rebound or uses.nonlocals:
            lines = [*(n.lineno for n in uses.names), *(n.lineno for n in uses.nonlocals), uses.rebound]
            line = min(line for line in lines if line)
            yield Problem(Reason.PARAMETER_USED, f"line {line} uses {name}", line)
    for old, new in change.renamed:
        if (uses := uses_of(node, old)).rebound:
            yield Problem(Reason.REBOUND, f"line {uses.rebound} binds {old}", uses.rebound)
        if bears(node, new):
            yield Problem(Reason.NAME_COLLISION, f"{new} is in use in {node.name}")
    for added in change.added:
        if bears(node, added.name):
            yield Problem(Reason.NAME_COLLISION, f"{added.name} is in use in {node.name}")


def class_problems(tree: ast.Module, node: FunctionNode) -> Iterator[Problem]:
    """The decorators of the class that a constructor belongs to."""
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef) and node in cls.body:
            for decorator in cls.decorator_list:
                said = ast.unparse(decorator)
                if said.rpartition(".")[2] not in ("final", "total_ordering"):
                    yield Problem(Reason.DECORATED, f"{said} decorates {cls.name}")


def check_defaults(types: Inference, target: Target, change: Change) -> None:
    """Raise ConfigError for a default or annotation with names that don't stand above the function in its module."""
    outline = types.symbols.outline(target.path)
    names = outline.names if outline else {}
    for added in change.added:
        for code in filter(None, (added.default, added.annotation)):
            for node in ast.walk(ast.parse(code, mode="eval")):
                if not isinstance(node, ast.Name) or hasattr(builtins, node.id):
                    continue
                if not any(
                    0 < getattr(bound, "line", 0) < target.node.line for bound in names.get(node.id, ())
                ):
                    known = [n for n in names if n.isidentifier()]
                    raise ConfigError(
                        f"add={added.name}: {node.id} isn't known above {target.name}: {nearest(node.id, known, 'import it first')}"
                    )
