"""What a call calls: functions of the project, constructors, library functions, or something that isn't known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, structs

from refactorkit.analysis.definitions import Bound, Function, Imported, Nested
from refactorkit.analysis.expressions import Attribute, Call, Either, Expression, Name, dotted, written
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_sets import Key, Unknown
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.refined_values import KINDS
from refactorkit.analysis.signatures import is_marked, last_name
from refactorkit.analysis.star_names import may_replace
from refactorkit.analysis.symbols import PLAIN_BASES, Definition, External, Member, ModuleRef, Ref
from refactorkit.analysis.values import (
    ClassObject,
    Instance,
    Many,
    Module,
    Nothing,
    Outside,
    Place,
    Super,
    Value,
    Values,
)
from refactorkit.splice import text_of

TRANSPARENT = {
    "builtins": ("staticmethod", "classmethod", "property"),
    "abc": ("abstractmethod",),
    "functools": ("cache", "lru_cache", "cached_property"),
    "typing": ("overload", "override", "final", "no_type_check"),
    "typing_extensions": ("overload", "override", "final", "deprecated"),
    "contextlib": ("contextmanager", "asynccontextmanager"),
}
"""Decorators, by module, that add no exception to what the function raises."""
ABOVE = re.compile(rb"^\s*@|[)\]#]|\\\\")
"""A line that may be a decorator's last, or a comment below one."""
MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
ABSTRACT = (
    "typing.",
    "typing_extensions.",
    "collections.abc.",
    "abc.",
    "io.IOBase",
    "io.RawIOBase",
    "numbers.",
)
"""Types of which a value is always of some subclass."""


LOOKUP = "__getattribute__"
"""The method that is asked for every attribute of an object."""
PLUGINS = frozenset(["importlib.metadata.EntryPoint.load", "importlib_metadata.EntryPoint.load"])
"""What loads code that was registered."""


class Target(Struct, frozen=True):
    """A function of the project that a call runs."""

    key: Key
    function: Function


class Library(Struct, frozen=True):
    """Something outside of the project: by its qualified name; `is_member`: a method of an object, which `is_exact` says
    to be of no subclass."""

    qualified: str
    is_member: bool = False
    is_exact: bool = False


class Constructor(Struct, frozen=True):
    """A class of the project that is called."""

    cls: Ref


Called = Target | Library | Constructor | Unknown


class Calls:
    """Resolves callees. A name that some code assigns to as an attribute of another object may mean anything."""

    def __init__(self, types: Types, files: RaiseFiles, is_closed: bool) -> None:
        self._types = types
        self._files = files
        self._symbols = types.symbols
        self._rebound, self._dynamic = files.rebound()
        self._is_closed = is_closed

    def targets(self, func: Expression, place: Place, owners: Values | None = None) -> list[Called]:
        """All that a callee may be; `owners` is what an attribute is taken of, where more is known than inference tells."""
        match func:
            case Name(id=name):
                return list(self._named(name, place))
            case Attribute(value=value, name=name):
                found = self._types.infer(value, place) if owners is None else owners
                known = [v for v in found if not isinstance(v, Nothing)]
                if not known:
                    return [Unknown(Reason.UNRESOLVED_CALL, written(func))]
                return [t for owner in known for t in self.member(owner, name, func, place)]
            case Either(members=members):
                return [t for member in members for t in self.targets(member, place)]
            case Call():
                return [Unknown(Reason.UNRESOLVED_CALL, f"what {written(func)} returns")]
            case _:
                return [Unknown(Reason.CALLS_STORED, f"{written(func)}()")]

    def _named(self, name: str, place: Place) -> Iterator[Called]:
        inner = place
        while inner.scope is not None:
            scope = inner.scope
            if name not in scope.outer:
                if any(p.name == name for p in scope.function.parameters):
                    yield self._parameter(name, inner)
                    return
                if bounds := scope.names.get(name):
                    yield from self._local(name, bounds, inner)
                    return
            inner = inner.around
        yield from self._global(name, self._symbols.lookup(place.path, name), place.path)

    def _parameter(self, name: str, place: Place) -> Called:
        scope = place.scope
        first = scope.function.parameters[0] if scope and scope.function.parameters else None
        if (
            scope
            and scope.owner
            and first
            and first.name == name
            and is_marked(scope.function, "classmethod")
        ):
            return Unknown(Reason.VIRTUAL_CALL, f"{name}()")
        return Unknown(Reason.CALLS_PARAMETER, f"{name}()")

    def _local(self, name: str, bounds: tuple[Bound, ...], place: Place) -> Iterator[Called]:
        functions = [b for b in bounds if isinstance(b, Function)]
        if functions and len(functions) == len(bounds) == 1:
            yield self._function(place.path, functions[0], None)
            return
        match tuple({_unplaced(bound): bound for bound in bounds}.values()):
            case (Nested(name=qualified),):
                yield Constructor(Ref(place.path, qualified))
            case (Imported() as imported,):
                yield from self._global(name, self._symbols.imported(place.path, imported), None)
            case _:
                yield Unknown(Reason.CALLS_STORED, f"{name}()")

    def _global(self, name: str, found: object, path: str | None) -> Iterator[Called]:
        """What a name at module level means when it is called; `path` is the file that it is looked up in."""
        is_rebound = (
            self._is_replaced(found.qualified) if isinstance(found, External) else name in self._rebound
        )
        if is_rebound or (path is not None and self._is_doubtful(name, found, path)):
            yield Unknown(Reason.REBOUND_NAME, f"{name}()")
            return
        if isinstance(found, Definition) and found.path in self._dynamic:
            yield Unknown(Reason.REBOUND_NAME, f"{name}()")
            return
        match found:
            case Definition(path=path, bounds=(Function() as function,)):
                yield self._function(path, function, None)
            case Definition(path=path, bounds=bounds) if _implementation(bounds) is not None:
                yield self._function(path, bounds[-1], None)  # type: ignore[arg-type]
            case Ref():
                yield Constructor(found)
            case External(qualified=qualified):
                yield Library(qualified)
            case Definition():
                yield Unknown(Reason.CALLS_STORED, f"{name}()")
            case _:
                yield Unknown(Reason.UNRESOLVED_CALL, f"{name}()")

    def _is_replaced(self, qualified: str) -> bool:
        """Whether the project sets a name of a library or a builtin, on something that is called like its module."""
        owner, _, name = qualified.rpartition(".")
        return f"{owner.rpartition('.')[2]}.{name}" in self._rebound

    def _is_doubtful(self, name: str, found: object, path: str) -> bool:
        """Whether a name means one thing to type checkers and another one when it runs, or a star import may bind it."""
        facts = self._symbols.outline(path)
        bounds = facts.names.get(name, ()) if facts else ()
        typing = [b for b in bounds if isinstance(b, Imported) and b.is_typing]
        if typing and len(typing) < len(bounds):
            return True
        is_builtin = isinstance(found, External) and found.qualified.startswith("builtins.")
        return (
            is_builtin
            and facts is not None
            and any(
                isinstance(target, str) and may_replace(target, name)
                for target in (self._symbols.target(star, path) for star in facts.stars)
            )
        )

    def _function(self, path: str, function: Function, owner: Ref | None) -> Called:
        for decorator in function.decorators:
            if not self._is_transparent(decorator, path, owner):
                return Unknown(Reason.DECORATED_CALL, f"{function.name}() under @{last_name(decorator)}")
        return Target(Key(path, function.name, function.line), function)

    def is_plain(self, function: Function, owner: Ref) -> bool:
        """Whether nothing around a function of a class may be a descriptor of another kind than those of Python itself."""
        return all(self._is_transparent(decorator, owner.path, owner) for decorator in function.decorators)

    def _is_transparent(self, decorator: Expression, path: str, owner: Ref | None) -> bool:
        named = self.decorator(decorator, path)
        module, _, name = named.rpartition(".")
        if name in TRANSPARENT.get(module, ()):
            return True
        return (
            isinstance(decorator, Attribute)
            and decorator.name in ("setter", "getter", "deleter")
            and owner is not None
        )

    def decorator(self, decorator: Expression, path: str) -> str:
        """The qualified name of a decorator from outside; '' for another one."""
        fact = decorator.func if isinstance(decorator, Call) else decorator
        found = self._symbols.resolve(path, fact)
        return found.qualified if isinstance(found, External) else ""

    def is_manager(self, function: Function, path: str) -> bool:
        """Whether a generator function is one that makes context managers."""
        return any(self.decorator(d, path) in MANAGERS for d in function.decorators)

    def is_generator(self, key: Key) -> bool:
        """Whether calling a function runs nothing yet."""
        routine = self._files.routine(key.path, key.name, key.line)
        return routine is not None and routine.is_generator

    def given_back(self, key: Key) -> tuple[Place, tuple[Expression, ...]] | None:
        """What a function returns, and where that stands."""
        return self._files.given_back(key.path, key.name, key.line)

    def member(self, owner: Value, name: str, func: Expression, place: Place) -> Iterator[Called]:
        """What `owner.name` is when it is called."""
        match owner:
            case Module(path=path):
                yield from self._global(name, self._symbols.member(ModuleRef(path), name, path), path)
            case Outside(qualified=qualified, kind=kind, is_exact=is_exact) if kind != "member":
                if kind == "name" and self._is_replaced(f"{qualified}.{name}"):
                    yield Unknown(Reason.REBOUND_NAME, f"{qualified}.{name}()")
                elif f"{qualified}.{name}" in PLUGINS:
                    yield Unknown(Reason.PLUGIN, f"{written(func)}()")
                elif qualified.startswith(ABSTRACT):
                    yield Unknown(Reason.VIRTUAL_CALL, f"{qualified}.{name}()")
                else:
                    yield Library(f"{qualified}.{name}", kind == "object", is_exact)
            case Instance() | ClassObject() | Super():
                yield from self.method(owner, name)
            case Many(kind=kind) if kind:
                yield Library(f"{KINDS.get(kind, kind)}.{name}", True)
            case _:
                kind = self._kind_of(func, place)
                yield Unknown(kind, f"{written(func)}()")

    def _kind_of(self, func: Expression, place: Place) -> Reason:
        """A method of a value that isn't known: of an entry point, or of anything."""
        if isinstance(func, Attribute) and func.name == "load" and "entry" in dotted(func.value).lower():
            return Reason.PLUGIN
        return Reason.UNRESOLVED_CALL

    def method(self, owner: Instance | ClassObject | Super, name: str) -> Iterator[Called]:
        """The methods that a call on an object or a class of the project may run: known overrides included."""
        cls, after = (owner.of.cls, owner.owner) if isinstance(owner, Super) else (owner.cls, None)
        found = self._symbols.attribute(cls, name, after)
        if isinstance(owner, Instance) and isinstance(self._symbols.attribute(cls, LOOKUP), Member):
            yield Unknown(Reason.UNRESOLVED_CALL, f"{cls.name}.{name}() of a class that looks it up itself")
            return
        if self._is_assigned(cls, name):
            yield Unknown(Reason.CALLS_STORED, f"{cls.name}.{name}()")
            return
        if name in self._rebound and isinstance(found, Member):
            yield Unknown(Reason.REBOUND_NAME, f"{cls.name}.{name}()")
            return
        match found:
            case Member(owner=home, bounds=bounds):
                yield from self._own(home, name, bounds)
            case External(qualified=qualified):
                yield Library(f"{qualified}.{name}", True)
                return
            case None:
                yield Unknown(Reason.UNRESOLVED_CALL, f"{cls.name}.{name}()")
                return
        if isinstance(owner, Super):
            if not owner.of.is_exact and len(self._symbols.order(cls)) > 1 and self._has_heirs(cls):
                yield Unknown(Reason.VIRTUAL_CALL, f"super().{name}()")
        elif not owner.is_exact:
            yield from self._overrides(cls, name, found)

    def _own(self, home: Ref, name: str, bounds: tuple[Bound, ...]) -> Iterator[Called]:
        match bounds:
            case (Function() as function,):
                yield self._function(home.path, function, home)
            case (Nested(name=qualified),):
                yield Constructor(Ref(home.path, qualified))
            case _ if (last := _implementation(bounds)) is not None:
                yield self._function(home.path, last, home)
            case _:
                yield Unknown(Reason.CALLS_STORED, f"{home.name}.{name}()")

    def _is_assigned(self, cls: Ref, name: str) -> bool:
        """Whether a method sets the attribute on objects, which is then called instead."""
        for base in self._symbols.order(cls):
            facts = self._symbols.cls(base) if isinstance(base, Ref) else None
            if facts and name in facts.attributes:
                return True
        return False

    def _has_heirs(self, cls: Ref) -> bool:
        known = self._types.subclasses.of(cls)
        return bool(known.certain or known.doubtful) or not self.is_closed(cls)

    def _overrides(self, cls: Ref, name: str, found: Member | External) -> Iterator[Called]:
        if name.startswith("__") and not name.endswith("__"):
            return  # mangled: a subclass has another name for it
        if isinstance(found, Member) and any(
            isinstance(b, Function) and is_marked(b, "final") for b in found.bounds
        ):
            return
        if self.is_final(cls):
            return
        known = self._types.subclasses.of(cls)
        for heir in known.certain:
            facts = self._symbols.cls(heir)
            if facts and name in facts.attributes:
                yield Unknown(Reason.CALLS_STORED, f"{heir.name}.{name}()")
            elif facts and (bounds := facts.members.get(name)):
                yield from self._own(heir, name, bounds)
        if known.doubtful or not self.is_closed(cls):
            yield Unknown(Reason.VIRTUAL_CALL, f"{cls.name}.{name}()")

    def is_final(self, cls: Ref) -> bool:
        """Whether nothing may inherit from a class: by `@final`, or because it is a function's own."""
        decorators = self.decorators(cls)
        return any(last_name(d) == "final" for d in decorators)

    def decorators(self, cls: Ref) -> tuple[Expression, ...]:
        """The decorators of a class."""
        found = self._symbols.cls(cls)
        source = self._symbols.sources.get(cls.path)
        if found is None or source is None:
            return ()
        if found.line > 1 and not ABOVE.search(text_of(source.data).lines[found.line - 2]):
            return ()  # told by the line above, so that not every file with a class is read
        facts = self._files.facts(cls.path)
        return facts.decorated.get(cls.name, ()) if facts else ()

    def is_closed(self, cls: Ref) -> bool:
        """Whether all subclasses of a class are the project's: it and its heirs are private, or the project says so."""
        if self._symbols.is_protocol(cls):
            return False
        if self._is_closed or self.is_final(cls):
            return True
        return _is_private(cls) and all(
            _is_private(heir) or self.is_final(heir) for heir in self._types.subclasses.of(cls).certain
        )

    def has_plain_bases(self, cls: Ref) -> bool:
        """Whether no class outside of the project adds anything to a class."""
        return all(
            isinstance(base, Ref) or (base is not None and base.qualified in PLAIN_BASES)
            for base in self._symbols.order(cls)
        )


def _is_private(cls: Ref) -> bool:
    """Whether nobody outside of the project is to know of a class."""
    return cls.name.rpartition(".")[2].startswith("_") or "<locals>" in cls.name


def _unplaced(bound: Bound) -> Bound:
    """A bound, the same for one import that is written several times."""
    return structs.replace(bound, line=0) if isinstance(bound, Imported) else bound


def _implementation(bounds: tuple[Bound, ...]) -> Function | None:
    """The last of some overloads; None for other names that are bound several times."""
    functions = [b for b in bounds if isinstance(b, Function)]
    if len(functions) != len(bounds) or not functions:
        return None
    return functions[-1] if all(is_marked(f, "overload") for f in functions[:-1]) else None
