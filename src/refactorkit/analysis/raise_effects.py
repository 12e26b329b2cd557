"""From what code does to what it may raise: effects and the values that they work on become trees of sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import Attribute, Call, Element, Expression, Name, dotted, written
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.package_questions import EXACT, NAME, OPEN, PACKAGE, package_key
from refactorkit.analysis.raise_calls import Called, Calls, Constructor, Library, Target
from refactorkit.analysis.raise_classes import answers_itself
from refactorkit.analysis.raise_constructors import Constructors
from refactorkit.analysis.raise_facts import (
    Actual,
    Attempt,
    Clause,
    Effect,
    Generated,
    Invoke,
    Load,
    Opaque,
    Operate,
    Raised,
    Routine,
    Within,
)
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_library import Answers, leaf, top
from refactorkit.analysis.raise_operands import Operands, Told
from refactorkit.analysis.raise_operations import Operations
from refactorkit.analysis.raise_sets import NOTHING, Again, Caught, Jump, Key, Raises, Tree, Trial
from refactorkit.analysis.raise_types import ExceptionTypes, Raisable, spoken
from refactorkit.analysis.raise_values import GENERATOR, Types
from refactorkit.analysis.values import ClassObject, Instance, Nothing, Outside, Place
from refactorkit.raise_knowledge import is_exception

COMPUTED = {"eval", "exec", "__import__", "importlib.import_module", "runpy.run_path", "runpy.run_module"}
OPAQUE = {
    "yield": Reason.YIELDS,
}
NOT_NARROWED: Mapping[tuple[str, int], tuple[Raisable, ...]] = {}
KEYED = "key-protocol"
"""What the knowledge base assumes of keys and of elements that are searched for."""
SUPPRESS = "contextlib.suppress"
RUNNING = frozenset(["list", "tuple", "set", "frozenset", "sum", "any", "all", "str.join", "list.extend"])
"""Callees that take all elements of their first argument while they run."""
STOP, STOP_ASYNC = "StopIteration", "StopAsyncIteration"
PURE = frozenset(
    [SUPPRESS, "contextlib.nullcontext", "super", "callable", "id", "type", "isinstance", "issubclass"]
)
"""Calls that raise nothing but a TypeError, whatever they are given."""

CHECKING = frozenset(["isinstance", "issubclass"])
CONVERTING = {
    **{name: f"__{name}__" for name in ("str", "repr", "len", "int", "float", "bool", "abs", "hash")},
    "iter": "__iter__",
}
"""Builtins that run a special method of their only argument, and raise nothing else where that is of the right type."""


class Effects:
    """Trees of functions and of pieces of code; each function's is made once."""

    def __init__(
        self,
        types: Types,
        files: RaiseFiles,
        kinds: ExceptionTypes,
        is_closed: bool,
        narrowed: Mapping[tuple[str, int], tuple[Raisable, ...]] = NOT_NARROWED,
        told: Told | None = None,
        calls: Calls | None = None,
    ) -> None:
        self._packages = types.packages
        self._narrowed = narrowed
        self._types = types
        self._files = files
        self._kinds = kinds
        self.calls = calls or Calls(types, files, is_closed)
        self._operands = Operands(types, files, told)
        self._answers = Answers(types, self._operands)
        self._constructors = Constructors(types, self.calls, kinds, self._answers)
        self._operations = Operations(types, self.calls, self._answers, self._operands)
        self._trees: dict[Key, Tree] = {}

    def of_function(self, key: Key) -> Tree:
        """The tree of a function of the project."""
        if key not in self._trees:
            path, name, line, me = key
            if path == PACKAGE:
                return (self._packages.raised(key),)
            routine = self._files.routine(path, name, line)
            facts = self._files.facts(path)
            if routine is None or facts is None:
                self._trees[key] = (top(Reason.UNRESOLVED_CALL, f"{name}()", f"{path}:{line}"),)
            else:
                place = Place(path, facts.scopes, routine.scope, me)
                effects = [e for e in routine.effects if not (isinstance(e, Opaque) and e.kind == "yield")]
                self._trees[key] = self._finished(self.tree(effects, place), routine, place)
        return self._trees[key]

    @staticmethod
    def _finished(tree: Tree, routine: Routine, place: Place) -> Tree:
        """The tree of a function's body; what ends iterators must not get out of generators and coroutines."""
        is_async = place.scope is not None and place.scope.function.is_async
        if not (is_async or routine.is_generator):
            return tree
        turns = (STOP, STOP_ASYNC) if is_async and routine.is_generator else (STOP,)
        return (Trial(tree, (), (), False, turns),)

    def tree(self, effects: Iterable[Effect], place: Place) -> Tree:
        """The tree of some effects in a function."""
        found: list[Raises | Jump | Again | Trial] = []
        imported: set[str] = set()
        for effect in effects:
            found += self._effect(effect, place)
            if isinstance(effect, Opaque) and effect.kind.startswith("import "):
                imported |= set(effect.kind.removeprefix("import ").split(", "))
            elif isinstance(effect, Load) and dotted(effect.value) in imported:
                said = f"{dotted(effect.value)} at {place.path}:{effect.line} may have no {effect.name}"
                found.append(Raises(doubts=(said,)))
        return tuple(found)

    def _effect(self, effect: Effect, place: Place) -> Iterator[Raises | Jump | Again | Trial]:
        match effect:
            case Invoke():
                yield from self._invoked(effect, place)
            case Operate() | Load():
                yield from self._operations.of(effect, place)
            case Raised():
                yield from self._raised(effect, place)
            case Generated(body=body):
                yield Trial(self.tree(body, place), (), (), False, (STOP,))
            case Attempt():
                yield self._tried(effect, place)
            case Within():
                yield from self._within(effect, place)
            case Opaque(kind=kind, line=line):
                where = f"{place.path}:{line}"
                word, _, modules = kind.partition(" ")
                if word == "import":
                    for module in modules.split(", "):
                        yield self._imported(module, place.path, where)
                else:
                    yield top(OPAQUE.get(word, Reason.NOT_FOLLOWED), kind, where)

    def _imported(self, module: str, path: str, where: str) -> Raises:
        """What importing a module raises: of the standard library, for others run code that may raise anything."""
        target = self._types.symbols.target(module, path)
        return (
            self._answers.imported(target, where)
            if target == module
            else top(Reason.IMPORTS_CODE, f"import {module}", where)
        )

    def _invoked(self, call: Invoke, place: Place) -> Iterator[Raises | Jump | Again | Trial]:
        owners = None
        if isinstance(call.func, Attribute):
            seen = self._operands.seen(call.func.value, call.spot, place, False)
            owners = seen.values
            yield from seen.notes
            if Nothing() in owners and len(owners) > 1:
                where = f"{place.path}:{call.line}"
                yield Raises(doubts=(f"{written(call.func.value)} at {where} may be None",))
        for target in self.calls.targets(call.func, place, owners):
            yield from self.called(target, call, place)

    def called(self, target: Called, call: Invoke, place: Place) -> Iterator[Raises | Jump | Again | Trial]:
        where = f"{place.path}:{call.line}"
        match target:
            case Target(key=key, function=function):
                yield from self._ran(key, function, call, where)
            case Constructor(cls=cls):
                yield from self._constructors.of(cls, where, call, place)
            case Library():
                yield from self._library(target, call, place, where)
            case _:
                yield top(target.reason, target.what, where)

    def _ran(self, key: Key, function: Function, call: Invoke, where: str) -> Iterator[Raises | Jump]:
        """A function of the project; a coroutine or a generator runs later, unless it is awaited here."""
        if function.is_async and not call.is_awaited:
            return
        if call.is_awaited and not function.is_async:
            yield top(Reason.UNKNOWN_AWAITABLE, f"what {function.name}() returns", where)
        yield Jump((key,), where)

    def _owns(self, qualified: str) -> bool:
        """Whether a name is one that the packages are asked about."""
        return self._packages.owns(qualified)

    @staticmethod
    def _packaged(qualified: str, looked_up: int, is_awaited: bool, where: str) -> Jump:
        """A call into a package, which is looked into only where the rest is known."""
        return Jump((package_key(qualified, looked_up, is_awaited),), where)

    def _library(
        self, target: Library, call: Invoke, place: Place, where: str
    ) -> Iterator[Raises | Jump | Again | Trial]:
        qualified = bare_callee(target.qualified)
        if self._owns(qualified):
            looked_up = NAME if not target.is_member else EXACT if target.is_exact else OPEN
            yield self._packaged(qualified, looked_up, call.is_awaited, where)
            return
        if qualified in COMPUTED and not (
            call.positional and call.positional[0].is_literal and "import" in qualified
        ):
            yield top(Reason.COMPUTED_CODE, f"{qualified}()", where)
            return
        if call.is_awaited:
            yield top(Reason.UNKNOWN_AWAITABLE, f"{qualified}()", where)
            return
        if qualified in CHECKING and self._is_answered(call, place):
            yield top(Reason.UNKNOWN_VALUE, f"{qualified}() of a class that answers itself", where)
            return
        if qualified in PURE or (not target.is_member and is_exception(self._kinds.bare(target.qualified))):
            return
        if (method := CONVERTING.get(qualified)) and len(call.positional) == 1 and not call.keywords:
            values = self._types.infer(call.positional[0].value, place)
            if values and all(isinstance(value, Instance) for value in values):
                operated = Operate(method, (call.positional[0],), call.line)
                yield from self._operations.of(operated, place)
                return
        if qualified in RUNNING and (parts := self._mapped(call, place)) is not None:
            yield from self._invoked(parts, place)
            call = structs.replace(call, positional=(Actual(GENERATOR), *call.positional[1:]))
        answer, called_back = self._answers.call(qualified, call, place, where, target.is_member)
        yield answer
        if KEYED in answer.assumes:
            for given in call.positional:
                yield from self._operations.hashed(given, place, where)
        for value in called_back:
            yield from self._called_back(value, call, place, where)

    def _mapped(self, call: Invoke, place: Place) -> Invoke | None:
        """The call that `map()` makes of its function for the elements, where it stands in a call that runs it to its end."""
        match call.positional[:1]:
            case (
                Actual(
                    value=Call(
                        func=Name() as func, arguments=(function, *sources), keywords=(), is_open=False
                    )
                ),
            ):
                pass
            case _:
                return None
        if self.calls.targets(func, place) != [Library("builtins.map")] or not sources:
            return None
        if not all(self._types.argument(Actual(source), place).is_container() for source in sources):
            return None
        given = tuple(Actual(Element(source, False)) for source in sources)
        return Invoke(function, given, (), False, False, False, call.line)

    def _is_answered(self, call: Invoke, place: Place) -> bool:
        """Whether code of the project decides what `isinstance` says."""
        return any(
            isinstance(value, ClassObject) and answers_itself(self._types.symbols, value.cls)
            for given in call.positional[1:]
            for value in self._types.classes(given.value, place)
        )

    def _called_back(
        self, value: Expression, call: Invoke, place: Place, where: str
    ) -> Iterator[Raises | Jump | Again | Trial]:
        """A function that is handed to a library, which calls it with arguments that nobody sees."""
        empty = Invoke(value, (), (), True, True, False, call.line)
        yield from self._invoked(empty, place)

    def _raised(self, effect: Raised, place: Place) -> Iterator[Raises | Jump | Again]:
        where = f"{place.path}:{effect.line}"
        if effect.value is None:
            yield Again(effect.level)
            return
        if effect.value == Name("AssertionError"):
            yield leaf("AssertionError", f"assert at {where}")
            return
        kinds = self.exceptions(effect.value, place)
        if kinds is None:
            yield top(Reason.UNKNOWN_EXCEPTION, f"raise {written(effect.value)}", where)
            return
        yield Raises({kind: (f"raise {spoken(kind)} at {where}",) for kind in kinds})
        for value in self._types.infer(effect.value, place) if not isinstance(effect.value, Call) else ():
            if isinstance(value, ClassObject):  # `raise E` makes the object
                yield from self._constructors.of(value.cls, where)
            elif isinstance(value, Outside) and value.kind == "name" and self._owns(value.qualified):
                yield self._packaged(value.qualified, NAME, False, where)

    def exceptions(self, value: Expression, place: Place) -> tuple[Raisable, ...] | None:
        """The exception types that an expression stands for, as a class or as an object; None if that isn't known."""
        found: list[Raisable] = []
        for member in self._types.infer(value, place):
            match member:
                case ClassObject(cls=cls) | Instance(cls=cls):
                    kind: Raisable = cls
                case Outside(qualified=qualified, kind="name" | "object"):
                    kind = self._kinds.bare(qualified)
                case Nothing():
                    continue
                case _:
                    return None
            if not self._kinds.is_exception(kind) and not _is_class_of_a_library(kind):
                return None
            found.append(kind)
        return tuple(dict.fromkeys(found)) or None

    def clause_types(self, clause: Clause, place: Place) -> tuple[Raisable, ...] | None:
        """The types that a clause catches, as this run leaves it; None when one isn't known."""
        narrowed = self._narrowed.get((place.path, clause.line)) if clause.site is not None else None
        return narrowed or self.written_types(clause, place)

    def written_types(self, clause: Clause, place: Place) -> tuple[Raisable, ...] | None:
        """The types of a clause; None when one isn't known, or may be one or another. A bare one catches BaseException."""
        if clause.types is None:
            return ("BaseException",)
        found: list[Raisable] = []
        for fact in clause.types:
            kinds = self.exceptions(fact, place)
            if kinds is None or len(kinds) > 1:
                return None
            found += kinds
        return tuple(dict.fromkeys(found))

    def _tried(self, attempt: Attempt, place: Place) -> Trial:
        if attempt.is_star:
            parts = (
                *attempt.body,
                *(e for c in attempt.clauses for e in c.body),
                *attempt.orelse,
                *attempt.final,
            )
            return Trial(
                (
                    *self.tree(parts, place),
                    top(Reason.EXCEPT_STAR, "except*", f"{place.path}:{attempt.line}"),
                ),
                (),
                (),
                False,
            )
        clauses = tuple(
            Caught(self.clause_types(c, place), self.tree(c.body, place)) for c in attempt.clauses
        )
        orelse = self.tree((*attempt.orelse, *attempt.final), place)
        if attempt.swallows:
            return Trial(
                self.tree((*attempt.body, *attempt.orelse), place),
                clauses,
                self.tree(attempt.final, place),
                True,
            )
        return Trial(self.tree(attempt.body, place), clauses, orelse, False)

    def _within(self, effect: Within, place: Place) -> Iterator[Raises | Jump | Again | Trial]:
        body = self.tree(effect.body, place)
        where = f"{place.path}:{effect.line}"
        if isinstance(effect.manager, Call):
            for target in self.calls.targets(effect.manager.func, place):
                if isinstance(target, Library) and bare_callee(target.qualified) == SUPPRESS:
                    kinds = [self.exceptions(given.value, place) for given in effect.arguments]
                    is_known = bool(kinds) and all(found is not None and len(found) == 1 for found in kinds)
                    known = tuple(k for found in kinds for k in found or ())
                    yield Trial(body, (Caught(known, ()),) if is_known else (), (), False)
                    return
                if isinstance(target, Target) and self.calls.is_manager(target.function, target.key[0]):
                    yield Jump((target.key,), where, True)
                    if not self._files.yields_once(target.key.path, target.key.name, target.key.line):
                        yield leaf(
                            "RuntimeError", f"{target.function.name}() may not yield just once at {where}"
                        )
                    yield Trial(body, (), (), False)
                    return
        yield from self._operations.entered(effect, place, where)
        yield Trial(body, (), (), False)


def _is_class_of_a_library(kind: Raisable) -> bool:
    """Whether something that is raised or caught is a class of another package, which is told by its capital."""
    return isinstance(kind, str) and "." in kind and kind.rpartition(".")[2].lstrip("_")[:1].isupper()


def bare_callee(qualified: str) -> str:
    """A callee as the knowledge base names it."""
    return qualified.removeprefix("builtins.")


__all__ = ["NOTHING", "Actual", "Effects"]
