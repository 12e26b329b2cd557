"""The link step: what names and classes of the whole project mean, from the outlines of its files.

Files are read on demand and, with `read`, many at once from the cache of facts. Nothing here holds a syntax tree.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping

from msgspec import Struct

from refactorkit.analysis.definitions import Assigned, Bound, Function, Imported, Nested
from refactorkit.analysis.expressions import (
    Attribute,
    Call,
    Either,
    Expression,
    Literal,
    Name,
    Subscript,
)
from refactorkit.analysis.modules import DEPTH, External, ModuleRef, Modules
from refactorkit.analysis.outline import Class, Outline, outline
from refactorkit.model import Source

PROTOCOLS = frozenset(["typing.Protocol", "typing_extensions.Protocol"])
PLAIN_BASES = frozenset(
    f"{module}.{name}"
    for module, names in {
        "builtins": ("object",),
        "abc": ("ABC",),
        "typing": ("Generic", "Protocol"),
        "typing_extensions": ("Generic", "Protocol"),
    }.items()
    for name in names
)
"""Bases from outside that add no public attributes."""


class Ref(Struct, frozen=True, order=True):
    """A class of the project: the path of its file and its `__qualname__`."""

    path: str
    name: str


class Definition(Struct, frozen=True):
    """A function, a class or another value at module level: the file, the name there and what binds it.

    Several bounds are the overloads of one function, or a name that is bound in several ways.
    """

    path: str
    name: str
    bounds: tuple[Bound, ...]


class Member(Struct, frozen=True):
    """What a class attribute is bound to, in the class of the method resolution order that has it."""

    owner: Ref
    name: str
    bounds: tuple[Bound, ...]


Found = Definition | Ref | ModuleRef | External
Base = Ref | External | None


class Symbols:
    """All names of a project."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self._modules = Modules(sources)
        self._outlines: dict[str, Outline | None] = {}
        self._orders: dict[Ref, tuple[Base, ...]] = {}
        self._targets: dict[tuple[str, str], str | ModuleRef | None] = {}
        self._found: dict[tuple[str, str], Found | None] = {}
        self._open: set[tuple[str, str]] = set()

    def read(self, paths: Iterable[str]) -> None:
        """Outline these files now, with one question to the cache."""
        wanted = [self.sources[p] for p in paths if p in self.sources and p not in self._outlines]
        if wanted:
            facts = outline.of(wanted).facts
            self._outlines.update({source.path: facts.get(source.path) for source in wanted})

    def outline(self, path: str) -> Outline | None:
        """The outline of a file; None when there is none or it isn't valid Python."""
        self.read([path])
        return self._outlines.get(path)

    def cls(self, ref: Ref) -> Class | None:
        """The facts of a class."""
        found = self.outline(ref.path)
        return found.classes.get(ref.name) if found else None

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        return self._modules.name(path)

    def target(self, module: str, importer: str) -> str | ModuleRef | None:
        """The file or the external module that an import statement means."""
        key = module, importer if module.startswith(".") else importer.rpartition("/")[0]
        if key not in self._targets:
            self._targets[key] = self._modules.absolute(module, importer)
        return self._targets[key]

    def lookup(self, path: str, name: str, depth: int = 0) -> Found | None:
        """What a bare name at module level of a file means; None when nothing, or something different, is known."""
        key = path, name
        if key in self._found:
            return self._found[key]
        if key in self._open:
            return None
        self._open.add(key)
        found = self._lookup(path, name, depth)
        self._open.discard(key)
        if not depth:  # on the way from elsewhere, a circle may have cut it short
            self._found[key] = found
        return found

    def _lookup(self, path: str, name: str, depth: int) -> Found | None:
        facts = self.outline(path)
        if facts is None or depth > DEPTH:
            return None
        bounds = declared(facts.names.get(name, ()))
        if not bounds:
            return self._from_elsewhere(path, facts, name, depth)
        stars = self._from_stars(path, facts, name, depth)
        if all(isinstance(bound, Function) for bound in bounds):
            return None if stars else Definition(path, name, bounds)
        found: list[Found | None] = list(stars)
        for bound in bounds:
            followed = self._follow(path, name, bound, depth)
            if followed not in found:
                found.append(followed)
        return found[0] if len(found) == 1 else None

    def _from_stars(self, path: str, facts: Outline, name: str, depth: int) -> list[Found]:
        """What the star imports of a file bind a name to, each meaning once."""
        found: list[Found] = []
        for star in facts.stars if not name.startswith("_") else ():
            target = self.target(star, path)
            if isinstance(target, ModuleRef):
                bound = self.lookup(target.path, name, depth + 1)
                if bound is not None and not _is_builtin(bound) and bound not in found:
                    found.append(bound)
        return found

    def _from_elsewhere(self, path: str, facts: Outline, name: str, depth: int) -> Found | None:
        stars = self._from_stars(path, facts, name, depth)
        if stars:
            return stars[0] if len(stars) == 1 else None
        if name in facts.lazy:
            return self._lazily(path, name, facts.lazy[name], depth)
        return External(f"builtins.{name}") if hasattr(builtins, name) else None

    def _lazily(self, path: str, name: str, strings: tuple[str, ...], depth: int) -> Found | None:
        """What a string table of a module with `__getattr__` says: a module, or `module:attribute`, by its last string."""
        if not strings:
            return None
        module, _, attribute = strings[-1].partition(":")
        target = self.target(module, path)
        return (
            self.member(target, attribute or name, path, depth + 1) if isinstance(target, ModuleRef) else None
        )

    def _follow(self, path: str, name: str, bound: Bound, depth: int) -> Found | None:
        match bound:
            case Nested(name=qualified):
                return Ref(path, qualified)
            case Imported():
                return self.imported(path, bound, depth)
            case Assigned(value=Name() | Attribute() as value, annotation=None):
                return self.resolve(path, value, depth + 1)
            case _:
                return Definition(path, name, (bound,))

    def imported(self, path: str, bound: Imported, depth: int = 0) -> Found | None:
        """What an import in a file binds."""
        target = self.target(bound.module, path)
        if bound.attribute is None or target is None:
            return External(target) if isinstance(target, str) else target
        owner = target if isinstance(target, ModuleRef) else External(target)
        if owner == ModuleRef(path):
            return self._submodule(path, bound.attribute)
        return self.member(owner, bound.attribute, path, depth + 1)

    def _submodule(self, path: str, name: str) -> ModuleRef | None:
        found = self.target(f".{name}", path)
        return found if isinstance(found, ModuleRef) else None

    def member(self, owner: Found | None, name: str, near: str, depth: int = 0) -> Found | None:
        """What `owner.name` means, for a module or something external; class attributes see `attribute`."""
        match owner:
            case External(qualified=qualified):
                target = self.target(f"{qualified}.{name}", near)
                return target if isinstance(target, ModuleRef) else External(f"{qualified}.{name}")
            case ModuleRef(path=path) if path.endswith("/"):
                return self._submodule(f"{path}__init__.py", name)
            case ModuleRef(path=path):
                found = self.lookup(path, name, depth + 1)
                if (found is None or _is_builtin(found)) and path.rpartition("/")[2].startswith("__init__."):
                    facts = self.outline(path)
                    if facts and name not in facts.names:
                        return self._submodule(path, name)
                return None if found is not None and _is_builtin(found) else found
            case Ref(path=path, name=outer):
                nested = Ref(path, f"{outer}.{name}")
                return nested if self.cls(nested) else None
            case _:
                return None

    def resolve(self, path: str, value: Expression, depth: int = 0, prefix: str = "") -> Found | None:
        """What a chain of names at module level means; first of all a class whose qualified name `prefix` starts."""
        match value:
            case Name(id=name):
                beside = Ref(path, prefix + name)
                if prefix and self.cls(beside):
                    return beside
                return self.lookup(path, name, depth)
            case Attribute(value=inner, name=name):
                return self.member(self.resolve(path, inner, depth, prefix), name, path, depth)
            case _:
                return None

    def bases(self, ref: Ref) -> tuple[Base, ...]:
        """The direct bases of a class; None for one that can't be resolved."""
        facts = self.cls(ref)
        return tuple(self._base(ref, base) for base in facts.bases) if facts else ()

    def _base(self, ref: Ref, base: Expression) -> Base:
        if isinstance(base, Subscript):
            base = base.value
        prefix = ref.name.rpartition(".")[0]
        found = self.resolve(ref.path, base, prefix=f"{prefix}." if prefix else "")
        return found if isinstance(found, Ref | External) else None

    def is_protocol(self, ref: Ref) -> bool:
        """Whether objects of classes that don't inherit from a class may count as its own: a protocol's may."""
        return any(isinstance(base, External) and base.qualified in PROTOCOLS for base in self.bases(ref))

    def order(self, ref: Ref) -> tuple[Base, ...]:
        """The method resolution order (C3) of a class, itself first. What is outside stands for itself alone; None
        stands for a base that can't be resolved, and an order that C3 doesn't give ends with None after the class."""
        if ref not in self._orders:
            self._orders[ref] = (ref, None)  # while it is worked out: a class that inherits from itself
            bases = self.bases(ref)
            lines: list[tuple[Base, ...]] = [
                self.order(base) if isinstance(base, Ref) else (base,) for base in bases
            ]
            merged = _merge([*lines, bases])
            self._orders[ref] = (ref, None) if merged is None else (ref, *merged)
        return self._orders[ref]

    def attribute(self, ref: Ref, name: str, after: Ref | None = None) -> Member | External | None:
        """What a class attribute is, along the order of `ref`, or the part of it after a class; `External` names the
        base outside of the project that may have it, None says that no base has it or one can't be resolved."""
        order = self.order(ref)
        if after is not None:
            order = order[order.index(after) + 1 :] if after in order else (None,)
        for base in order:
            if base is None:
                return None
            if isinstance(base, External):
                if base.qualified not in PLAIN_BASES:
                    return base
                continue
            facts = self.cls(base)
            bounds = declared(facts.members.get(name, ())) if facts else ()
            if bounds:
                return Member(base, name, bounds)
        return None


def declared(bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """The bounds that say what a name is: those for type checkers if there are any; else neither a placeholder None nor
    a bare declaration, which binds nothing, unless there is nothing else."""
    typing = tuple(b for b in bounds if isinstance(b, Imported) and b.is_typing)
    if typing:
        return typing
    kept = tuple(b for b in bounds if not _is_placeholder(b))
    return kept or bounds


def _is_placeholder(bound: Bound) -> bool:
    if not isinstance(bound, Assigned):
        return False
    return bound.value is None if bound.annotation is not None else bound.value == Literal("None")


def _is_builtin(found: Found) -> bool:
    return isinstance(found, External) and found.qualified.startswith("builtins.")


def _merge(lines: list[tuple[Base, ...]]) -> list[Base] | None:
    """C3: the merge of the bases' orders; None when there is none. An unresolved base counts each time as another."""
    merged: list[Base] = []
    lines = [line for line in lines if line]
    while lines:
        for line in lines:
            head = line[0]
            if head is None or not any(head in other[1:] for other in lines):
                break
        else:
            return None
        merged.append(head)
        lines = [line[1:] if line[0] == head else line for line in lines]
        lines = [line for line in lines if line]
    return merged


__all__ = [
    "PLAIN_BASES",
    "Base",
    "Call",
    "Definition",
    "Either",
    "External",
    "Found",
    "Member",
    "ModuleRef",
    "Ref",
    "Symbols",
    "declared",
]
