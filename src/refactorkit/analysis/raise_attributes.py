"""What reading and setting attributes may raise: plain data raises nothing, a property is a call, other descriptors aren't
followed."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from refactorkit.analysis.definitions import Assigned, Bound, Function, Imported, Nested
from refactorkit.analysis.expressions import Attribute, Call, Name, written
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.module_names import is_standard
from refactorkit.analysis.raise_builtins import PURE_MODULES
from refactorkit.analysis.raise_calls import Calls, Target
from refactorkit.analysis.raise_classes import is_enumeration
from refactorkit.analysis.raise_facts import Load
from refactorkit.analysis.raise_library import PLATFORM_NAMES, top
from refactorkit.analysis.raise_operands import Operands
from refactorkit.analysis.raise_sets import Jump, Raises
from refactorkit.analysis.raise_sets import Unknown as UnknownCall
from refactorkit.analysis.raise_values import Types, attribute_type
from refactorkit.analysis.signatures import is_marked, last_name
from refactorkit.analysis.symbols import External, Member, Ref
from refactorkit.analysis.values import (
    Callee,
    ClassObject,
    Instance,
    Module,
    Nothing,
    Outside,
    Place,
    Returning,
    Unknown,
    Value,
)
from refactorkit.raise_knowledge import canonical, owners

DESCRIPTOR = ("__get__", "__set__", "__delete__")
DESCRIPTORS = frozenset(["builtins.property", "builtins.classmethod"])
DESCRIBING = frozenset(["functools", "types", "enum", "abc", "ctypes", "unittest"])
"""Modules of the standard library that have classes of descriptors."""


class Attributes:
    """Resolves attributes to sets and to calls of properties."""

    def __init__(self, types: Types, calls: Calls, operands: Operands) -> None:
        self._types = types
        self._calls = calls
        self._operands = operands

    def of(self, load: Load, place: Place, where: str) -> Iterator[Raises | Jump]:
        """What reading or setting one attribute runs."""
        seen = self._operands.seen(load.value, load.spot, place)
        values = seen.values
        yield from seen.notes
        said = f"{written(load.value)}.{load.name}"
        for value in values:
            match value:
                case Nothing():
                    if len(values) > 1:
                        yield Raises(doubts=(f"{written(load.value)} at {where} may be None",))
                case Module(path=path):
                    facts = self._types.symbols.outline(path)
                    if facts is None or ("__getattr__" in facts.names and load.name not in facts.names):
                        yield top(Reason.UNKNOWN_VALUE, said, where)
                case Outside(qualified="types.ModuleType", kind="object"):
                    yield Raises(doubts=(f"{written(load.value)} at {where} may have no {load.name}",))
                case Outside(qualified=qualified, kind=kind):
                    if f"{canonical(qualified)}.{load.name}" in PLATFORM_NAMES:
                        yield Raises(doubts=(f"{said} at {where} is missing on some platforms",))
                    if not self._is_plain_outside(qualified, kind, load):
                        yield top(Reason.UNKNOWN_VALUE, said, where)
                case Instance():
                    yield from self._member(value, load, where, said)
                case ClassObject():
                    yield from self._of_class(value, load, where, said)
                case Callee():
                    continue
                case _:
                    yield top(Reason.UNKNOWN_VALUE, said, where)

    def _is_plain_outside(self, qualified: str, kind: str, load: Load) -> bool:
        """Whether reading an attribute of something outside runs no code that could raise."""
        if (
            kind == "name"
            and load.kind == "get"
            and self._types.packages.has_name(f"{qualified}.{load.name}")
        ):
            return True
        if kind == "name":
            return (
                load.kind == "get"
                and qualified.partition(".")[0] in PURE_MODULES
                and _is_plain_owner(qualified)
            )
        name = qualified.removeprefix("builtins.")
        return kind == "object" and load.kind == "get" and attribute_type(name, load.name) is not None

    def _member(self, value: Instance, load: Load, where: str, said: str) -> Iterator[Raises | Jump]:
        """An attribute of an object of the project: plain data, or a property, which is a call."""
        symbols = self._types.symbols
        hook = "__setattr__" if load.kind == "set" else "__getattribute__"
        if isinstance(symbols.attribute(value.cls, hook), Member):
            yield top(Reason.UNKNOWN_VALUE, said, where)
            return
        is_data = any(
            load.name in facts.attributes
            for base in symbols.order(value.cls)
            if not isinstance(base, External) and base is not None and (facts := symbols.cls(base))
        )
        found = symbols.attribute(value.cls, load.name)
        for heir in () if value.is_exact else self._types.subclasses.of(value.cls).certain:
            facts = symbols.cls(heir)
            if facts is not None and (bounds := facts.members.get(load.name)):
                yield from self._read(Member(heir, load.name, bounds), load, where, said, Instance(heir))
        if isinstance(found, External) and is_data and self._is_plain_exception(value.cls, load.name):
            return
        if isinstance(found, Member):
            yield from self._read(found, load, where, said, value)
        elif not is_data or found is not None:
            yield top(Reason.UNKNOWN_VALUE, said, where)

    def _is_plain_exception(self, cls: Ref, name: str) -> bool:
        """Whether all bases from outside are exceptions of the builtins, and an attribute is none of theirs."""
        for base in self._types.symbols.order(cls):
            if isinstance(base, Ref):
                continue
            module, _, last = base.qualified.rpartition(".") if base is not None else ("", "", "")
            found = getattr(builtins, last, None) if module == "builtins" else None
            if not isinstance(found, type) or not issubclass(found, BaseException) or hasattr(found, name):
                return False
        return True

    def _read(
        self, found: Member, load: Load, where: str, said: str, value: Instance
    ) -> Iterator[Raises | Jump]:
        match found.bounds:
            case (Function() as function,) if is_marked(function, "property", "cached_property"):
                if load.kind == "set":
                    yield top(Reason.UNKNOWN_VALUE, said, where)
                    return
                for target in self._calls.method(value, load.name):
                    match target:
                        case Target(key=key):
                            yield Jump((key,), where)
                        case UnknownCall(reason=reason, what=what):
                            yield top(reason, what, where)
                        case _:
                            yield top(Reason.UNKNOWN_VALUE, said, where)
            case (Function() as function,) if not self._calls.is_plain(function, found.owner):
                yield top(Reason.DECORATED_CALL, f"{said} under @{last_name(function.decorators[0])}", where)
            case (Function() | Nested() | Imported(),):
                if load.kind == "set":
                    yield top(Reason.UNKNOWN_VALUE, said, where)
            case bounds if all(self._is_data(b, found.owner, value.cls) for b in bounds):
                return
            case _:
                yield top(Reason.UNKNOWN_VALUE, said, where)

    def _of_class(self, value: ClassObject, load: Load, where: str, said: str) -> Iterator[Raises]:
        """An attribute that is read of a class: a property gives itself there, other descriptors run code."""
        found = self._types.symbols.attribute(value.cls, load.name)
        if not isinstance(found, Member) or load.kind == "set":
            yield top(Reason.UNKNOWN_VALUE, said, where)
            return
        if is_enumeration(self._types.symbols, value.cls):
            return
        for bound in found.bounds:
            match bound:
                case Function() if not self._calls.is_plain(bound, found.owner):
                    yield top(Reason.DECORATED_CALL, f"{said} under @{last_name(bound.decorators[0])}", where)
                case Assigned() if not self._is_data(bound, found.owner, value.cls):
                    yield top(Reason.UNKNOWN_VALUE, said, where)
                case _:
                    continue

    def _is_data(self, bound: Bound, home: Ref, cls: Ref) -> bool:
        """Whether what a class assigns to a name is certainly no descriptor, which would run code when it is read."""
        match bound:
            case Assigned(value=Call(func=func) as value):
                if written(func).rpartition(".")[2] == "field" and self._calls.has_plain_bases(cls):
                    return True
                return all(self._is_inert(v) for v in self._types.infer(value, self._types.module(home.path)))
            case Assigned(value=(Name() | Attribute()) as value):
                found = self._types.infer(value, self._types.module(home.path))
                return all(isinstance(v, Unknown) or self._is_inert(v) for v in found)
            case _:
                return isinstance(bound, Assigned)

    def _is_inert(self, value: Value) -> bool:
        """Whether a value is known, and its class is none of descriptors."""
        match value:
            case Instance(cls=cls):
                found = (self._types.symbols.attribute(cls, name) for name in DESCRIPTOR)
                return None not in self._types.symbols.order(cls) and not any(found)
            case Outside(qualified=qualified, kind="object"):
                root = qualified.partition(".")[0]
                return root in PURE_MODULES - DESCRIBING and qualified not in DESCRIPTORS
            case Unknown() | Returning():
                return False
            case _:
                return True


def _is_plain_owner(qualified: str) -> bool:
    """Whether a name of the standard library is a module or a class, by its form: an object may look its attributes up in
    any way, as `ctypes.windll` does, which loads a library."""
    root, _, name = qualified.rpartition(".")
    is_class = root in ("", "builtins") or name[0].isupper() or qualified in owners()
    return is_class or is_standard(qualified)
