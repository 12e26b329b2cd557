"""What calling something gives: constructors, annotated functions, decorated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactorkit.analysis.declared_types import callable_parts, declared_type, is_same_callable
from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import Call, Expression, Name, dotted
from refactorkit.analysis.members import of
from refactorkit.analysis.signatures import FUNCTION, fitting, is_marked, last_name
from refactorkit.analysis.symbols import External, Member, Ref
from refactorkit.analysis.values import (
    Awaitable,
    Callee,
    ClassObject,
    Instance,
    Manager,
    Many,
    Outside,
    Place,
    Returning,
    Super,
    Unknown,
    Value,
    Values,
    union,
    unknown,
)

if TYPE_CHECKING:
    from refactorkit.analysis.inference import Inference

TRANSPARENT = frozenset(
    ["staticmethod", "classmethod", "abstractmethod", "overload", "override", "final", "cache", "lru_cache"]
)
"""Last names of decorators that leave what a call returns as it is."""
CONTEXTS = {"contextlib.contextmanager": False, "contextlib.asynccontextmanager": True}
GENERATORS = ("AsyncGenerator", "AsyncIterator", "AsyncIterable")


class Functions:
    """Calls and decorators, for an inference."""

    def __init__(self, types: Inference, dispatchers: frozenset[str]) -> None:
        self._types = types
        self._dispatchers = dispatchers

    def called(self, value: Value, call: Call, place: Place) -> Values:
        """What calling a value gives."""
        match value:
            case ClassObject():
                return self._constructed(value, call, place)
            case Callee():
                return self._returned(value, call, place)
            case Returning(result=result):
                return result
            case Outside():
                return value.called()
            case Instance():
                found = self._types.attribute(value, "__call__")
                return union([self.called(v, call, place) for v in found])
            case Unknown():
                return (value,)
            case _:
                return unknown("what calling it gives isn't known")

    def _constructed(self, value: ClassObject, call: Call, place: Place) -> Values:
        symbols = self._types.symbols
        for base in symbols.order(value.cls):
            facts = symbols.cls(base) if isinstance(base, Ref) else None
            if facts and facts.metaclass and isinstance(base, Ref):
                found = symbols.resolve(base.path, facts.metaclass)
                if isinstance(found, Ref) and isinstance(symbols.attribute(found, "__call__"), Member):
                    return unknown(f"{found.name} decides what calling {value.cls.name} gives")
        made = symbols.attribute(value.cls, "__new__")
        is_plain = made is None or isinstance(made, External)
        return (Instance(value.cls, value.is_exact and is_plain),)

    def _returned(self, callee: Callee, call: Call, place: Place) -> Values:
        fits = fitting(callee.functions, call, self._bound(callee))
        if not fits:
            return unknown(f"no signature of {callee.name} takes the call")
        is_in_async = place.scope is not None and place.scope.function.is_async
        return union([self._result(callee, function, is_in_async) for function in fits])

    @staticmethod
    def _bound(callee: Callee) -> int:
        """How many leading parameters are filled before the call."""
        if callee.receiver is None or is_marked(callee.functions[-1], "staticmethod"):
            return 0
        if is_marked(callee.functions[-1], "classmethod"):
            return 1
        return 0 if isinstance(callee.receiver, ClassObject) else 1

    def _result(self, callee: Callee, function: Function, is_in_async: bool) -> Values:
        if function.returns is None:
            return unknown(f"{callee.name} has no return annotation")
        place = self._types.module(callee.path)
        me: Values = (of(callee.receiver),) if callee.receiver else ()
        if self._returns_me(callee, function):
            result = me
        else:
            result = declared_type(self._types, function.returns, place, me)
        if function.is_async:
            name = last_name(getattr(function.returns, "value", function.returns))
            return result if name in GENERATORS else (Awaitable(result),)
        return (Awaitable(result),) if is_in_async and is_marked(function, *self._dispatchers) else result

    @staticmethod
    def _returns_me(callee: Callee, function: Function) -> bool:
        """Whether the return annotation is the type variable that annotates `self` or, in `type[...]`, `cls`."""
        first = function.parameters[0].annotation if function.parameters and callee.receiver else None
        if first is None or isinstance(callee.receiver, Super):
            return False
        items = getattr(first, "items", (first,))
        return isinstance(function.returns, Name) and items == (function.returns,)

    def decorated(self, callee: Callee, place: Place) -> Values:
        """A function as its decorators leave it."""
        if len([f for f in callee.functions if not is_marked(f, "overload")]) > 1:
            return unknown(f"{callee.name} is defined more than once")
        values: Values = (callee,)
        for decorator in reversed(callee.functions[-1].decorators):
            values = union([self._through(decorator, value, place) for value in values])
        return values

    def _through(self, decorator: Expression, value: Value, place: Place) -> Values:
        name = last_name(decorator)
        if isinstance(value, Unknown) or name in TRANSPARENT or name in self._dispatchers:
            return (value,)
        found = self._types.type_name(decorator, place) if not isinstance(decorator, Call) else None
        if isinstance(found, External) and found.qualified in CONTEXTS:
            return self._manager(value, CONTEXTS[found.qualified])
        func = decorator.func if isinstance(decorator, Call) else decorator
        results = [
            self._applied(applied, decorator, value, place) for applied in self._types.infer(func, place)
        ]
        return union(results)

    def _manager(self, value: Value, is_async: bool) -> Values:
        """A generator function as a factory of context managers."""
        if not isinstance(value, Callee):
            return unknown("what it yields isn't known")
        place = self._types.module(value.path)
        me: Values = (of(value.receiver),) if value.receiver else ()
        yields = declared_type(self._types, value.functions[-1].returns, place, me)
        results = [v.result if isinstance(v, Many) else unknown("what it yields isn't known") for v in yields]
        return (Returning((Manager(union(results), is_async),), value),)

    def _applied(self, applied: Value, decorator: Expression, value: Value, place: Place) -> Values:
        """A value after a decorator of the project, as this one's annotations have it."""
        if isinstance(applied, Instance):
            found = self._types.attribute(applied, "__call__")
            return union([self._applied(v, decorator, value, place) for v in found])
        if not isinstance(applied, Callee):
            return unknown(f"its decorator {dotted(decorator) or last_name(decorator)} isn't followed")
        call = decorator if isinstance(decorator, Call) else Call(decorator, (FUNCTION,))
        bound = self._bound(applied)
        results: list[Values] = []
        for function in fitting(applied.functions, call, bound):
            taken, given = _transformation(function, isinstance(decorator, Call), bound)
            if is_same_callable(taken, given):
                results.append((value,))
            else:
                results.append(declared_type(self._types, given, self._types.module(applied.path)))
        return union(results) or unknown(f"its decorator {last_name(decorator)} isn't followed")


def _transformation(
    function: Function, is_factory: bool, bound: int
) -> tuple[Expression | None, Expression | None]:
    """The annotations of what a decorator takes and gives; of what a factory of decorators returns."""
    if is_factory:
        return callable_parts(function.returns) or (None, None)
    positional = [p for p in function.parameters if p.kind == "positional"][bound:]
    return (positional[0].annotation if positional else None), function.returns
