"""What making an object of a class of the project may raise."""

from __future__ import annotations

from collections.abc import Iterator

from refactorkit.analysis.definitions import Assigned
from refactorkit.analysis.expressions import Call
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.outline import Class
from refactorkit.analysis.package_questions import NAME, package_key
from refactorkit.analysis.raise_calls import Calls, Library, Target
from refactorkit.analysis.raise_library import answered, leaf, top
from refactorkit.analysis.raise_sets import Jump, Raises, Unknown
from refactorkit.analysis.raise_types import ExceptionTypes, bare
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.signatures import last_name
from refactorkit.analysis.symbols import PLAIN_BASES, External, Member, Ref
from refactorkit.analysis.values import Instance
from refactorkit.raise_knowledge import CallShape, known

DATACLASSES = ("dataclasses.dataclass",)
PLAIN = frozenset(
    [
        "typing.NamedTuple",
        "typing.TypedDict",
        "typing_extensions.TypedDict",
        "dict",
        "list",
        "set",
        "str",
        "object",
        "threading.Thread",
        "contextlib.ContextDecorator",
        "contextlib.AbstractContextManager",
        "collections.UserDict",
    ]
)
"""Bases whose own constructors raise nothing but programming errors."""
ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
META = frozenset(["abc.ABCMeta", "type"])
"""Metaclasses that do nothing when a class is called."""


class Constructors:
    """Resolves what calling a class runs."""

    def __init__(self, types: Types, calls: Calls, kinds: ExceptionTypes) -> None:
        self._types = types
        self._symbols = types.symbols
        self._calls = calls
        self._kinds = kinds

    def of(self, cls: Ref, where: str) -> Iterator[Raises | Jump]:
        """The functions that calling a class runs, and what else may be raised."""
        said = f"{cls.name}()"
        order = self._symbols.order(cls)
        for base in order:
            if base is None:
                yield top(Reason.UNRESOLVED_CALL, f"{said} with a base that isn't known", where)
                return
            facts = self._symbols.cls(base) if isinstance(base, Ref) else None
            if facts and not self._has_plain_metaclass(base, facts):  # type: ignore[arg-type]
                yield top(Reason.UNRESOLVED_CALL, f"{said} with a metaclass", where)
                return
        is_generated = False
        for decorator in self._calls.decorators(cls):
            named = self._calls.decorator(decorator, cls.path)
            if named in DATACLASSES:
                is_generated = True
            elif last_name(decorator) not in ("final", "runtime_checkable", "total_ordering"):
                yield top(Reason.DECORATED_CALL, f"{said} under @{last_name(decorator)}", where)
        yield from self._methods(cls, is_generated, where)

    def _has_plain_metaclass(self, base: Ref, facts: Class) -> bool:
        if facts.metaclass is None:
            return True
        found = self._symbols.resolve(base.path, facts.metaclass)
        return isinstance(found, External) and bare(found.qualified) in META

    def _methods(self, cls: Ref, is_generated: bool, where: str) -> Iterator[Raises | Jump]:
        made = Instance(cls, True)
        facts = self._symbols.cls(cls)
        if self._is_enumeration(cls):
            yield from self._looked_up(cls, where)
            return
        names = ["__new__", "__init__"]
        if is_generated and facts and "__init__" not in facts.members:
            names = ["__post_init__"]
            if any(_has_factory(bound) for bounds in facts.members.values() for bound in bounds):
                yield top(Reason.UNRESOLVED_CALL, f"a default_factory of {cls.name}", where)
        for name in names:
            if not self._has(cls, name):
                continue
            for target in self._calls.method(made, name):
                match target:
                    case Target(key=key):
                        yield Jump((key,), where)
                    case Unknown(reason=reason, what=what):
                        yield top(reason, what, where)
                    case Library(qualified=qualified):
                        yield from self._outside(qualified.rpartition(".")[0], cls, where)
                    case _:
                        yield top(Reason.UNRESOLVED_CALL, f"{cls.name}.{name}", where)

    def _is_enumeration(self, cls: Ref) -> bool:
        """Whether a class is an enumeration with members, so that calling it makes nothing but looks one up."""
        facts = self._symbols.cls(cls)
        is_enum = any(
            isinstance(b, External) and bare(b.qualified) in ENUMS for b in self._symbols.order(cls)
        )
        return (
            is_enum
            and facts is not None
            and any(
                not name.startswith("_") and all(isinstance(bound, Assigned) for bound in bounds)
                for name, bounds in facts.members.items()
            )
        )

    def _looked_up(self, cls: Ref, where: str) -> Iterator[Raises | Jump]:
        """The member of an enumeration with a value: without one it is asked what it makes of it."""
        yield leaf("ValueError", f"{cls.name}() at {where}")
        if not isinstance(self._symbols.attribute(cls, "_missing_"), Member):
            return
        for target in self._calls.method(Instance(cls, True), "_missing_"):
            match target:
                case Target(key=key):
                    yield Jump((key,), where)
                case Unknown(reason=reason, what=what):
                    yield top(reason, what, where)
                case _:
                    yield top(Reason.UNRESOLVED_CALL, f"{cls.name}._missing_", where)

    def _has(self, cls: Ref, name: str) -> bool:
        return self._symbols.attribute(cls, name) is not None

    def _outside(self, qualified: str, cls: Ref, where: str) -> Iterator[Raises | Jump]:
        base = bare(qualified)
        if base in ENUMS:
            yield leaf("ValueError", f"{cls.name}() at {where}")
        elif self._types.packages.owns(base):
            yield Jump((package_key(base, NAME, False),), where)
        elif base not in PLAIN and qualified not in PLAIN_BASES and not self._kinds.lineage(base).is_whole:
            found = known(base, CallShape(has_star=True, has_double_star=True), self._types.python)
            if found is None:
                yield top(Reason.UNKNOWN_LIBRARY, f"{cls.name}(), a {base}", where)
            else:
                yield answered(found, f"{cls.name}()", where)


def _has_factory(bound: object) -> bool:
    match bound:
        case Assigned(value=Call(keywords=keywords)):
            return any(name in ("default_factory", "factory") for name, _ in keywords)
        case _:
            return False
