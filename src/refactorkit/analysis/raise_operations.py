"""What operators, attributes and implicit calls may raise, by the types of what they work on."""

from __future__ import annotations

from collections.abc import Iterator

from refactorkit.analysis.expressions import Attribute, Call, Literal, Name, written
from refactorkit.analysis.expressions import Opaque as OpaqueValue
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.raise_attributes import Attributes
from refactorkit.analysis.raise_builtins import MAPPINGS, PURE_MODULES, SEQUENCES, of_builtin
from refactorkit.analysis.raise_calls import ABSTRACT, Calls, Constructor, Target
from refactorkit.analysis.raise_classes import has_plain_metaclass, is_enumeration, may_enumerate
from refactorkit.analysis.raise_facts import Actual, Load, Operate, Within
from refactorkit.analysis.raise_library import Answers, leaf, top
from refactorkit.analysis.raise_operands import Operands
from refactorkit.analysis.raise_sets import Caught, Jump, Key, Raises, Trial, Unknown
from refactorkit.analysis.raise_values import Types, type_name
from refactorkit.analysis.symbols import Member, Ref
from refactorkit.analysis.values import (
    Callee,
    ClassObject,
    Instance,
    Many,
    Module,
    Nothing,
    Outside,
    Place,
    Returning,
    Row,
    Value,
    union,
)
from refactorkit.raise_knowledge import owners

DEFAULTS = frozenset(["__eq__", "__ne__", "__bool__", "__str__", "__repr__", "__format__", "__hash__"])
"""Special methods that every object has, and whose defaults raise nothing."""
EXACTLY = OpaqueValue("count")
"""What says of a number of names that there are as many elements, and not at least one less."""
REFLECTED = {
    **{f"__{name}__": f"__r{name}__" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")},
    **{f"__{name}__": f"__r{name}__" for name in ("and", "or", "xor", "lshift", "rshift", "matmul")},
    "__lt__": "__gt__",
    "__gt__": "__lt__",
    "__le__": "__ge__",
    "__ge__": "__le__",
    "__eq__": "__eq__",
    "__ne__": "__ne__",
}
"""The method of the other operand by that of the first."""
NEXT = {"__iter__": ("__next__", "StopIteration"), "__aiter__": ("__anext__", "StopAsyncIteration")}
"""What goes on with what a special method gives, and the exception with which that ends."""
KEYED = frozenset(["__getitem__", "__setitem__", "__delitem__", "__contains__"])
SAYS = {
    "__iter__": "iterating over",
    "__aiter__": "iterating over",
    "__bool__": "testing",
    "unpack": "unpacking",
    "match": "matching",
    "__format__": "formatting",
    "__str__": "the text of",
    "__repr__": "the repr of",
    "__getitem__": "an item of",
    "__setitem__": "setting an item of",
    "__delitem__": "deleting an item of",
    "__contains__": "searching in",
    **dict.fromkeys(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), "comparing"),
}
"""An operation in words; others are operators."""


class Operations:
    """Resolves operators and attributes to sets and to calls of special methods."""

    def __init__(self, types: Types, calls: Calls, answers: Answers, operands: Operands) -> None:
        self._operands = operands
        self._types = types
        self._calls = calls
        self._answers = answers
        self._attributes = Attributes(types, calls, operands)

    def of(self, effect: Operate | Load, place: Place) -> Iterator[Raises | Jump | Trial]:
        """The nodes of one operation."""
        where = f"{place.path}:{effect.line}"
        if isinstance(effect, Load):
            yield from self._attributes.of(effect, place, where)
            return
        if effect.method in ("__iter__", "__aiter__") and isinstance(effect.operands[0].value, Call):
            jump = self._generated(effect.operands[0].value, place, where)
            if jump is not None:
                yield jump
                return
        if effect.method == "__hash__":
            yield from self.hashed(effect.operands[0], place, where)
            return
        receiver = effect.operands[0]
        said = f"{SAYS.get(effect.method, 'an operator on')} {written(receiver.value)}"
        if effect.method == "await":
            yield top(Reason.UNKNOWN_AWAITABLE, written(receiver.value), where)
            return
        seen = self._operands.seen(receiver.value, receiver.spot, place)
        yield from seen.notes
        if effect.method == "__getitem__" and _are_mixed(seen.values):
            yield Raises(doubts=(f"{written(receiver.value)} at {where} may have keys, or only places",))
        if effect.method == "__getitem__" and self._is_piece(effect, place):
            return
        for value in seen.values:
            if isinstance(value, Nothing):
                if len(seen.values) > 1 and effect.method not in DEFAULTS:
                    yield Raises(doubts=(f"{written(receiver.value)} at {where} may be None",))
                continue
            yield from self._operation(value, effect, place, where, said)
        if effect.method in ("__mod__", "__imod__") and not receiver.is_literal:
            if any(type_name(value) in ("str", "bytes", "bytearray") for value in seen.values):
                yield Raises(
                    doubts=(f"the text of {written(receiver.value)} at {where} may not fit its values",)
                )
        if effect.method in KEYED and len(effect.operands) > 1:
            yield from self.hashed(effect.operands[1], place, where)

    def _is_piece(self, effect: Operate, place: Place) -> bool:
        """Whether it takes the first or the last piece of a text that is split at a separator: there is always one."""
        receiver, index = effect.operands
        match receiver.value:
            case Call(
                func=Attribute(value=text, name="split" | "rsplit"), arguments=(separator, *_), is_open=False
            ) if index.is_literal and index.literal in (0, -1):
                found = (*self._types.infer(text, place), *self._types.infer(separator, place))
                return all(type_name(value) in ("str", "bytes") for value in found)
            case _:
                return False

    def _generated(self, call: Call, place: Place, where: str) -> Jump | None:
        """Iterating over what a generator function of the project gives runs its body."""
        targets = self._calls.targets(call.func, place)
        if targets and all(isinstance(t, Target) and self._calls.is_generator(t.key) for t in targets):
            return Jump(tuple(t.key for t in targets if isinstance(t, Target)), where, True)
        return None

    def _operation(
        self, value: Value, effect: Operate, place: Place, where: str, said: str
    ) -> Iterator[Raises | Jump | Trial]:
        name = type_name(value)
        match value:
            case Instance():
                yield from self._special(value, effect.method, where, said)
                if effect.method == "unpack":
                    yield leaf("ValueError", f"{said} at {where}")
                if effect.method in REFLECTED and self._may_decline(value, effect.method):
                    yield from self._reflected(effect, place, where, said)
            case Row(items=items) if _fits(len(items), effect):
                return
            case Outside(kind="object") | Many() | Row() if name is not None:
                others = [self._types.argument(given, place) for given in effect.operands[1:]]
                known = self._answers.method(name.partition("[")[0], effect.method, tuple(others), where)
                if known is None:
                    known = of_builtin(name, effect, tuple(others), where)
                yield known or top(Reason.UNKNOWN_VALUE, said, where)
            case ClassObject() | Callee() | Module() | Returning() if effect.method == "__bool__":
                return
            case ClassObject(cls=cls) if effect.method in ("__getitem__", "__or__"):
                yield from self._of_class(cls, effect.method, where, said)
            case Outside(kind="name", qualified=qualified) if effect.method in ("__getitem__", "__or__"):
                if not self._is_class(qualified):
                    yield top(Reason.UNKNOWN_VALUE, said, where)
                elif effect.method == "__getitem__" and may_enumerate(qualified):
                    yield leaf("KeyError", f"{said} at {where}")
            case _:
                yield top(Reason.UNKNOWN_VALUE, said, where)

    def _of_class(self, cls: Ref, method: str, where: str, said: str) -> Iterator[Raises]:
        """`A | B`, and the subscript of a class: its type parameters, or the name of a member of an enumeration."""
        symbols = self._types.symbols
        if not has_plain_metaclass(symbols, cls) or isinstance(
            symbols.attribute(cls, "__class_getitem__"), Member
        ):
            yield top(Reason.UNKNOWN_VALUE, said, where)
        elif method == "__getitem__" and is_enumeration(symbols, cls):
            yield leaf("KeyError", f"{said} at {where}")

    def _is_class(self, qualified: str) -> bool:
        """Whether a name from outside is certainly that of a class: not of a table, whose items may be missing."""
        if self._types.packages.owns(qualified):
            return self._types.packages.has_class(qualified)
        root, _, name = qualified.rpartition(".")
        if root.partition(".")[0] not in PURE_MODULES | {""}:
            return False
        return root in ("", "builtins") or qualified in owners() or (name[0].isupper() and not name.isupper())

    def _special(
        self, value: Instance, method: str, where: str, said: str
    ) -> Iterator[Raises | Jump | Trial]:
        """A special method of a class of the project."""
        symbols = self._types.symbols
        method = "__iter__" if method == "unpack" else method
        names = [method]
        if method == "__bool__":
            names += ["__len__"]
        elif method == "__ne__":
            names += ["__eq__"]
        elif method in ("__str__", "__format__"):
            names += ["__str__", "__repr__"]
        found = next((n for n in names if isinstance(symbols.attribute(value.cls, n), Member)), None)
        is_open = not value.is_exact and not self._calls.is_closed(value.cls)
        if found is None:
            if method in DEFAULTS and self._calls.has_plain_bases(value.cls) and not is_open:
                if not self._calls.decorators(value.cls):
                    return
            yield top(Reason.VIRTUAL_CALL if is_open else Reason.UNKNOWN_VALUE, said, where)
            return
        for target in self._calls.method(value, found):
            match target:
                case Target(key=key) if found in NEXT:
                    yield Jump((key,), where, True)
                    yield from self._stepped(key, found, where, said)
                case Target(key=key):
                    yield Jump((key,), where)
                case Unknown(reason=reason, what=what):
                    yield top(reason, what, where)
                case _:
                    yield top(Reason.UNKNOWN_VALUE, said, where)

    def _stepped(self, key: Key, method: str, where: str, said: str) -> Iterator[Raises | Jump | Trial]:
        """Going on with what `__iter__` of a class of the project gives, by its own code."""
        if self._calls.is_generator(key):
            return
        step, end = NEXT[method]
        found = self._calls.given_back(key)
        if found is None:
            yield top(Reason.UNKNOWN_VALUE, said, where)
            return
        place, returned = found
        for value in union([self._types.infer(one, place) for one in returned]):
            match value:
                case Instance() if isinstance(self._types.symbols.attribute(value.cls, step), Member):
                    tree = tuple(self._special(value, step, where, said))
                    yield Trial(tree, (Caught((end,), ()),), (), False)
                case Many() | Outside(kind="object") if method == "__iter__" and type_name(value) is not None:
                    yield from self._operation(value, Operate(method, (), 0), place, where, said)
                case _:
                    yield top(Reason.UNKNOWN_VALUE, said, where)

    def _may_decline(self, value: Instance, method: str) -> bool:
        """Whether an operator of a class of the project may leave it to the other operand."""
        keys = [t.key for t in self._calls.method(value, method) if isinstance(t, Target)]
        found = [self._calls.given_back(key) for key in keys]
        return any(Name("NotImplemented") in returned for _, returned in filter(None, found))

    def _reflected(
        self, effect: Operate, place: Place, where: str, said: str
    ) -> Iterator[Raises | Jump | Trial]:
        """The method of the other operand, which is asked when the first one declines."""
        if effect.operands[1].is_literal:
            return
        for other in self._types.infer(effect.operands[1].value, place):
            method = REFLECTED[effect.method]
            if isinstance(other, Instance):
                if isinstance(self._types.symbols.attribute(other.cls, method), Member):
                    yield from self._special(other, method, where, said)
            elif type_name(other) is None and not isinstance(other, Nothing):
                yield top(Reason.UNKNOWN_VALUE, said, where)

    def hashed(self, key: Actual, place: Place, where: str) -> Iterator[Raises | Jump | Trial]:
        """A key of the project's own class, which may hash and compare in its own way."""
        for value in self._types.infer(key.value, place):
            if isinstance(value, Instance):
                for method in ("__hash__", "__eq__"):
                    if isinstance(self._types.symbols.attribute(value.cls, method), Member):
                        yield from self._special(value, method, where, f"{method} of {written(key.value)}")

    def entered(self, effect: Within, place: Place, where: str) -> Iterator[Raises | Jump | Trial]:
        """What entering and leaving a context manager raises."""
        enter, leave = ("__aenter__", "__aexit__") if effect.is_async else ("__enter__", "__exit__")
        said = f"with {written(effect.manager)}"
        seen = self._operands.seen(effect.manager, effect.spot, place)
        yield from seen.notes
        for value in seen.values:
            name = type_name(value)
            match value:
                case Instance():
                    for method in (enter, leave):
                        yield from self._special(value, method, where, said)
                case Outside(kind="object") if name and not effect.is_async and not name.startswith(ABSTRACT):
                    for method in (enter, leave):
                        known = self._answers.method(name, method, (), where)
                        known = known or of_builtin(
                            name, Operate(method, (Actual(effect.manager),), effect.line), (), where
                        )
                        yield known or top(Reason.UNKNOWN_VALUE, said, where)
                case Nothing():
                    continue
                case _:
                    yield top(Reason.UNKNOWN_VALUE, said, where)


def _are_mixed(values: tuple[Value, ...]) -> bool:
    """Whether some values are taken by keys, and others by places: a key of the one is a TypeError for the other."""
    kinds = {(type_name(value) or "").partition("[")[0] for value in values}
    return bool(kinds & MAPPINGS) and bool(kinds & SEQUENCES)


def _fits(length: int, effect: Operate) -> bool:
    """Whether a tuple of a length has just what is taken of it."""
    taken = effect.operands[1] if len(effect.operands) > 1 else None
    if taken is None or not isinstance(taken.literal, int):
        return False
    if effect.method == "unpack":
        return taken.literal == length if taken.value == EXACTLY else taken.literal <= length + 1
    return effect.method == "__getitem__" and -length <= taken.literal < length


__all__ = ["Constructor", "Literal", "Operations"]
