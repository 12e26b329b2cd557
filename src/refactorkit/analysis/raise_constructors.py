"""What making an object of a class of the project may raise."""

from __future__ import annotations

from collections.abc import Iterator

from refactorkit.analysis.definitions import Assigned, Bound
from refactorkit.analysis.expressions import Call
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.package_questions import NAME, package_key
from refactorkit.analysis.raise_calls import Calls, Library, Target
from refactorkit.analysis.raise_classes import ENUMS, has_plain_metaclass, is_enumeration
from refactorkit.analysis.raise_facts import Invoke
from refactorkit.analysis.raise_library import Answers, answered, leaf, top
from refactorkit.analysis.raise_sets import Jump, Raises, Unknown
from refactorkit.analysis.raise_types import ExceptionTypes, bare
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.signatures import last_name
from refactorkit.analysis.symbols import PLAIN_BASES, External, Member, Ref
from refactorkit.analysis.values import Instance, Place
from refactorkit.raise_knowledge import CallShape, known

INERT = frozenset(["final", "runtime_checkable", "total_ordering"])
"""Decorators of classes that change nothing about how their objects are made."""
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
"""Bases whose own constructors raise nothing but programming errors; those of `FILLED` without arguments."""
FILLED = {
    **dict.fromkeys(("dict", "list", "set", "collections.UserDict"), "__init__"),
    "str": "__new__",
}
"""What is made of arguments, by the method that takes them."""
MISSING = "_missing_"
"""What an enumeration asks about a value that is none of its members'."""


class Constructors:
    """Resolves what calling a class runs."""

    def __init__(self, types: Types, calls: Calls, kinds: ExceptionTypes, answers: Answers) -> None:
        self._answers = answers
        self._types = types
        self._symbols = types.symbols
        self._calls = calls
        self._kinds = kinds

    def of(
        self, cls: Ref, where: str, call: Invoke | None = None, place: Place | None = None
    ) -> Iterator[Raises | Jump]:
        """The functions that calling a class runs, and what else may be raised; without a call there are no arguments."""
        said = f"{cls.name}()"
        order = self._symbols.order(cls)
        for base in order:
            if base is None:
                yield top(Reason.UNRESOLVED_CALL, f"{said} with a base that isn't known", where)
                return
        if not has_plain_metaclass(self._symbols, cls):
            yield top(Reason.UNRESOLVED_CALL, f"{said} with a metaclass", where)
            return
        for base in (one for one in order if isinstance(one, Ref)):
            for decorator in self._calls.decorators(base):
                named = self._calls.decorator(decorator, base.path)
                if named not in DATACLASSES and last_name(decorator) not in INERT:
                    yield top(Reason.DECORATED_CALL, f"{said} under @{last_name(decorator)}", where)
        if self._has_members(cls):
            yield leaf("ValueError", f"{said} at {where}")
            if isinstance(self._symbols.attribute(cls, MISSING), Member):
                yield from self._ran(cls, MISSING, where)
            return
        yield from self._methods(cls, where)
        if call is not None and place is not None and (call.positional or call.keywords or _is_open(call)):
            yield from self._filled(cls, call, place, where)

    def _filled(self, cls: Ref, call: Invoke, place: Place, where: str) -> Iterator[Raises]:
        """What a builtin container or text that a class inherits from makes of the arguments."""
        for base in self._symbols.order(cls):
            name = bare(base.qualified) if isinstance(base, External) else ""
            if name in FILLED and not isinstance(self._symbols.attribute(cls, FILLED[name]), Member):
                answer, _ = self._answers.call(name, call, place, where, False)
                yield answer

    def _is_generated(self, cls: Ref) -> bool:
        """Whether the `__init__` of a class is made by `dataclass`, its own or that of a class above."""
        for base in self._symbols.order(cls):
            facts = self._symbols.cls(base) if isinstance(base, Ref) else None
            if facts is None or not isinstance(base, Ref) or "__init__" in facts.members:
                return False
            if any(self._calls.decorator(d, base.path) in DATACLASSES for d in self._calls.decorators(base)):
                return True
        return False

    def _methods(self, cls: Ref, where: str) -> Iterator[Raises | Jump]:
        names = ["__new__", "__init__"]
        if self._is_generated(cls):
            names = ["__new__", "__post_init__"]
            if any(map(_has_factory, self._fields(cls))):
                yield top(Reason.UNRESOLVED_CALL, f"a default_factory of {cls.name}", where)
        for name in names:
            if self._has(cls, name):
                yield from self._ran(cls, name, where)

    def _ran(self, cls: Ref, name: str, where: str) -> Iterator[Raises | Jump]:
        """A method that making an object runs."""
        for target in self._calls.method(Instance(cls, True), name):
            match target:
                case Target(key=key):
                    yield Jump((key,), where)
                case Unknown(reason=reason, what=what):
                    yield top(reason, what, where)
                case Library(qualified=qualified):
                    yield from self._outside(qualified.rpartition(".")[0], cls, where)
                case _:
                    yield top(Reason.UNRESOLVED_CALL, f"{cls.name}.{name}", where)

    def _fields(self, cls: Ref) -> Iterator[Bound]:
        """What a class and those that it inherits from bind."""
        for base in self._symbols.order(cls):
            facts = self._symbols.cls(base) if isinstance(base, Ref) else None
            yield from (bound for bounds in (facts.members.values() if facts else ()) for bound in bounds)

    def _has_members(self, cls: Ref) -> bool:
        """Whether a class is an enumeration with members, so that calling it makes nothing but looks one up
        (https://docs.python.org/3/library/enum.html#enum.EnumType.__call__)."""
        facts = self._symbols.cls(cls)
        return (
            is_enumeration(self._symbols, cls)
            and facts is not None
            and any(
                not name.startswith("_") and all(isinstance(bound, Assigned) for bound in bounds)
                for name, bounds in facts.members.items()
            )
        )

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


def _is_open(call: Invoke) -> bool:
    return call.is_open or call.takes_any


def _has_factory(bound: object) -> bool:
    match bound:
        case Assigned(value=Call(keywords=keywords)):
            return any(name in ("default_factory", "factory") for name, _ in keywords)
        case _:
            return False
