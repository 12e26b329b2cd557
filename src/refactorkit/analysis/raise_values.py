"""The types of values, with what the knowledge of libraries adds: what their functions return, what containers hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeGuard

from refactorkit.analysis.declared_types import declared_type
from refactorkit.analysis.definitions import Assigned, Bound, Function, Parameter
from refactorkit.analysis.expressions import (
    OPERATORS,
    Attribute,
    Call,
    Display,
    Element,
    Expression,
    Given,
    Items,
    Literal,
    Name,
    Opaque,
    Part,
    Refined,
    Subscript,
)
from refactorkit.analysis.functions import Functions
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.package_questions import Packages
from refactorkit.analysis.raise_facts import Actual
from refactorkit.analysis.raise_results import (
    ARITHMETIC,
    DEFAULTING,
    MAPPINGS,
    NUMBERS,
    RESULTS,
    elements,
    handed_on,
    item_of,
    library_object,
    method_of,
    number_of,
    part,
)
from refactorkit.analysis.refined_values import refined, type_name
from refactorkit.analysis.symbols import Ref, Symbols
from refactorkit.analysis.values import (
    Awaitable,
    Callee,
    ClassObject,
    Instance,
    Many,
    Nothing,
    Outside,
    Place,
    Returning,
    Row,
    Unknown,
    Value,
    Values,
    union,
    unknown,
)
from refactorkit.raise_knowledge import Argument, CallShape, attribute, known, returns

PATHS = frozenset(f"pathlib.{name}" for name in ("Path", "PurePath", "PosixPath", "PurePosixPath"))
PARTS = {
    **dict.fromkeys(("name", "stem", "suffix", "anchor", "root", "drive"), "str"),
    "parts": "",
    "suffixes": "list[str]",
}
"""Properties of paths that only take a text apart."""
GivenBack = tuple[Place, tuple[Expression, ...]]
"""The expressions that a function returns, and where they stand."""
INPLACE = frozenset(f"__i{name[2:]}" for name in OPERATORS.values())
"""The methods of augmented assignments."""
SLICE = (Opaque("Slice"),)
GENERATOR = Opaque("GeneratorExp")


class Types(Inference):
    """An inference that also knows what library functions return, for one version of Python."""

    def __init__(
        self,
        symbols: Symbols,
        python: tuple[int, int],
        may_be_none: Callable[[str, int, str], bool] = lambda path, line, name: False,
        is_set_elsewhere: Callable[[str], bool] = lambda name: False,
        is_closed: bool = False,
        packages: Packages | None = None,
        given_back: Callable[[str, str, int], GivenBack | None] = lambda path, name, line: None,
    ) -> None:
        super().__init__(symbols)
        self.packages = packages or Packages()
        self._may_be_none = may_be_none
        self._is_set_elsewhere = is_set_elsewhere
        self._is_closed = is_closed
        self._given_back = given_back
        self.python = python
        self.functions = _LibraryFunctions(self, frozenset())

    def _infer(self, fact: Expression, place: Place) -> Values:
        match fact:
            case Element(value=Display() as shown):
                return union([elements(value) for value in self._shown(shown, place)])
            case Subscript(value=Display() as shown, items=items):
                return union([item_of(value, items == SLICE) for value in self._shown(shown, place)])
            case Element(value=value):
                return self._each(value, place, elements)
            case Items(items=items):
                return (Row(tuple(self.infer(item, place) for item in items)),)
            case Part(value=value, index=index, count=count):
                return self._each(value, place, lambda v: part(v, index, count))
            case Given(id=name):
                return self._given(name, place)
            case Refined(value=value, classes=classes, holds=holds) if classes:
                declared = union([declared_type(self, one, place) for one in classes])
                return refined(self.symbols, self.infer(value, place), declared, holds)
            case Subscript(value=value, items=items):
                return self._each(value, place, lambda v: item_of(v, items == SLICE))
            case _:
                return super()._infer(fact, place)

    def classes(self, fact: Expression, place: Place) -> Values:
        """What an expression is, and of a tuple that stands there what it holds."""
        match fact:
            case Items(items=items) | Display(items=items):
                return union([self.classes(item, place) for item in items])
            case _:
                return self.infer(fact, place)

    def _shown(self, fact: Expression, place: Place) -> Values:
        """A value with the elements that a display has where it stands; one that got a name may hold others later."""
        if not isinstance(fact, Display):
            return self.infer(fact, place)
        held = union([self.infer(value, place) for value in fact.values])
        return (Many(union([self.infer(item, place) for item in fact.items]), fact.builtin, held),)

    def _name(self, name: str, place: Place) -> Values:
        """A name; one at module level that is assigned several times is all of these values."""
        found = super()._name(name, place)
        if place.scope is not None or not all(isinstance(v, Unknown) for v in found):
            return found
        facts = self.symbols.outline(place.path)
        bounds = facts.names.get(name, ()) if facts else ()
        is_sole = len(bounds) > 1 and all(isinstance(b, Assigned) for b in bounds)
        if not is_sole or self._is_set_elsewhere(name) or (facts and facts.stars):
            return found
        return union([self._bound(bound, place) for bound in bounds])

    def _given(self, name: str, place: Place) -> Values:
        """What the caller passes for a parameter; what collects arguments is a tuple or a dict."""
        scope = place.scope
        parameter = next((p for p in scope.function.parameters if p.name == name), None) if scope else None
        if parameter is None:
            return unknown(f"{name} is no parameter")
        return self._collected(parameter, place) or self._parameter(parameter, place)

    def _local(self, parameter: Parameter | None, bounds: tuple[Bound, ...], place: Place) -> Values:
        collected = self._collected(parameter, place) if parameter is not None and not bounds else ()
        grown = [b.value for b in bounds if isinstance(b, Assigned) and _is_grown(b.value)]
        if not grown:
            return collected or super()._local(parameter, bounds, place)
        rest = tuple(b for b in bounds if not (isinstance(b, Assigned) and _is_grown(b.value)))
        if not rest and parameter is None:  # one assignment that was followed, of another name
            return super()._local(parameter, bounds, place)
        return self._grown(super()._local(parameter, rest, place), grown, place)

    def _grown(self, found: Values, grown: list[Call], place: Place) -> Values:
        """The values of a name with what `+=` and the like make of them, in any order."""
        kinds = {type_name(value) for value in found}
        methods = {call.func.name for call in grown if isinstance(call.func, Attribute)}
        others = {type_name(v) for call in grown for v in self.infer(call.arguments[0], place)}
        if kinds | others <= NUMBERS and methods <= ARITHMETIC:
            is_float = "float" in kinds | others or "__itruediv__" in methods
            return union([found, library_object("int"), library_object("float") if is_float else ()])
        if kinds in ({"str"}, {"bytes"}) and methods == {"__iadd__"}:
            return found
        return union([found, unknown("what it grows to isn't known")])

    def _collected(self, parameter: Parameter, place: Place) -> Values:
        if parameter.kind not in ("*", "**"):
            return ()
        values = unknown("it was given as an argument")
        if parameter.annotation is not None:
            values = declared_type(self, parameter.annotation, place.around, self._self_of(place))
        return (
            Many(values, "tuple") if parameter.kind == "*" else Many(library_object("str"), "dict", values),
        )

    def attribute(self, owner: Value, name: str) -> Values:
        """What an attribute is; of library objects and modules, where its type is known."""
        if isinstance(owner, Outside) and owner.kind != "member":
            kind = attribute_type(owner.qualified.removeprefix("builtins."), name)
            if kind:
                return library_object(kind)
        if isinstance(owner, Many) and owner.kind:
            return method_of(owner, name)
        found = super().attribute(owner, name)
        if isinstance(owner, Instance) and self._is_open(owner, name):
            return union([found, (Unknown(f"other code may give {name} another value", True),)])
        return found

    def _is_open(self, owner: Instance, name: str) -> bool:
        """Whether an attribute's value is only known from what its class assigns to it, and others may assign, too.

        What is annotated is taken at its word, also as a parameter that is handed on (`self.name = name`); a private name
        is set elsewhere only if the project shows it.
        """
        for base in self.symbols.order(owner.cls):
            facts = self.symbols.cls(base) if isinstance(base, Ref) else None
            if facts is None:
                continue
            bounds = [b for b in facts.members.get(name, ()) if isinstance(b, Assigned)]
            assigned = [a.assigned for a in facts.attributes.get(name, ())]
            if any(one.annotation is not None for one in (*bounds, *assigned)):
                return False
            if isinstance(base, Ref) and not bounds and assigned and self._hands_on(base, name):
                return False
            if bounds or assigned:
                is_public = not name.startswith("_") and not self._is_closed
                return is_public or self._is_set_elsewhere(name)
            if name in facts.members:
                return False
        return False

    def _hands_on(self, cls: Ref, name: str) -> bool:
        """Whether all that a class assigns to an attribute are annotated parameters of its methods."""
        outline, facts = self.symbols.outline(cls.path), self.symbols.cls(cls)
        for one in facts.attributes[name] if outline and facts else ():
            value = one.assigned.value
            scope = outline.scopes[one.scope] if outline else None
            if scope is None or not isinstance(value, Name) or value.id in scope.names:
                return False
            if not any(p.name == value.id and p.annotation is not None for p in scope.function.parameters):
                return False
        return True

    def _parameter(self, parameter: Parameter, place: Place) -> Values:
        given = super()._parameter(parameter, place)
        if place.scope is not None and self._may_be_none(
            place.path, place.scope.function.line, parameter.name
        ):
            return union([given, (Nothing(),)])
        return given

    def made_by(self, callee: Callee, function: Function) -> Values:
        """What a function without an annotation returns, by its own code, where no other may be called instead."""
        last = function.name.rpartition(".")[2]
        if self._is_set_elsewhere(last) or self._may_be_overridden(callee, last):
            return unknown(f"{callee.name} has no return annotation, and another one may be called")
        found = self._given_back(callee.path, function.name, function.line)
        if found is None:
            return unknown(f"{callee.name} has no return annotation")
        place, returned = found
        return union([self.infer(one, place) for one in returned])

    def _may_be_overridden(self, callee: Callee, name: str) -> bool:
        """Whether a method that is called on an object may be that of a subclass, or of the object alone."""
        match callee.receiver:
            case None:
                return False
            case Instance(cls=cls, is_exact=is_exact) | ClassObject(cls=cls, is_exact=is_exact):
                if any(isinstance(b, Ref) and name in self._attributes(b) for b in self.symbols.order(cls)):
                    return True
                heirs = self.subclasses.of(cls)
                is_private = cls.name.rpartition(".")[2].startswith("_") or "<locals>" in cls.name
                is_open = bool(heirs.doubtful) or not (is_private or self._is_closed)
                return not is_exact and (bool(heirs.certain) or is_open)
            case _:
                return True

    def _attributes(self, cls: Ref) -> Collection[str]:
        facts = self.symbols.cls(cls)
        return facts.attributes if facts else ()

    @staticmethod
    def mapping(name: str, items: tuple[Expression, ...], inner: Callable[[int], Values]) -> Values:
        """A mapping with the types of its keys and values, or a tuple with those of its elements."""
        if name in ("tuple", "Tuple"):
            if len(items) == 2 and items[1] == Literal("ellipsis"):
                return (Many(inner(0), "tuple"),)
            return (Row(tuple(inner(index) for index in range(len(items)))),)
        if name not in MAPPINGS:
            return ()
        return (Many(inner(0), MAPPINGS[name], library_object("int") if name == "Counter" else inner(1)),)

    def returned(self, callee: str, call: Call, place: Place) -> Values:
        """What a library function returns: an object of a type that is known."""
        if (found := handed_on(callee, [self._shown(a, place) for a in call.arguments], call)) is not None:
            return found
        shape = CallShape(
            tuple(Argument() for _ in call.arguments),
            {name: Argument() for name, _ in call.keywords},
            call.is_open,
            call.is_open,
        )
        if callee in ("open", "io.open"):
            named = {name: mode for name, value in call.keywords for mode in _modes((value,))}
            shape = CallShape((Argument(), *_modes(call.arguments[1:])), named, call.is_open, call.is_open)
        if callee in RESULTS:
            return library_object(RESULTS[callee])
        kind, _, method = callee.partition(".")
        if kind in NUMBERS and method in ARITHMETIC and len(call.arguments) == 1:
            others = {type_name(v) for v in self.infer(call.arguments[0], place)}
            return library_object(number_of(kind, method, others))
        if kind in ("int", "bool") and method in ("__pow__", "__ipow__") and len(call.arguments) == 1:
            others = {type_name(v) for v in self.infer(call.arguments[0], place)}
            is_whole = others <= {"int", "bool"}
            return (
                library_object("int | float") if is_whole else unknown(f"what {callee}() returns isn't known")
            )
        answer = known(callee, shape, self.python)
        result = (answer.returns if answer else None) or returns(callee)
        return library_object(result) if result else unknown(f"what {callee}() returns isn't known")

    def argument(self, given: Actual, place: Place, values: Values | None = None) -> Argument:
        """An argument as the knowledge base takes it; `values` is what it is, where more is known than inference tells."""
        if given.is_literal:
            return Argument(True, given.literal, type(given.literal).__name__)
        if given.value == SLICE[0]:
            return Argument(type="slice")
        if given.value == GENERATOR:
            return Argument(type="generator")  # it stands in the call, where what it runs is counted
        values = self.infer(given.value, place) if values is None else values
        values = tuple(v for v in values if not isinstance(v, Nothing)) or values  # None would be a TypeError
        names = sorted({type_name(value) or "" for value in values})
        return Argument(type="|".join(names) if all(names) else None)


class _LibraryFunctions(Functions):
    """Calls, of which those of libraries are looked up."""

    def _result(self, callee: Callee, function: Function, is_in_async: bool) -> Values:
        if function.returns is not None or not isinstance(self._types, Types):
            return super()._result(callee, function, is_in_async)
        found = self._types.made_by(callee, function)
        return (Awaitable(found),) if function.is_async else found

    def called(self, value: Value, call: Call, place: Place) -> Values:
        if isinstance(value, Returning) and len(call.arguments) > 1 and isinstance(call.func, Attribute):
            if call.func.name in DEFAULTING:
                default = self._types.infer(call.arguments[1], place)
                return union([tuple(v for v in value.result if not isinstance(v, Nothing)), default])
        if isinstance(value, Outside) and isinstance(self._types, Types):
            if value.kind != "object" and self._types.packages.owns(value.qualified):
                return self._types.packages.returned(value, call)
            callee = value.qualified.removeprefix("builtins.")
            found = self._types.returned(callee, call, place) if value.kind != "object" else value.called()
            return value.called() if all(isinstance(v, Unknown) for v in found) else found
        return super().called(value, call, place)


def _is_grown(fact: Expression | None) -> TypeGuard[Call]:
    """Whether an assignment is one such as `+=`."""
    return (
        isinstance(fact, Call)
        and isinstance(fact.func, Attribute)
        and fact.func.name in INPLACE
        and isinstance(fact.func.value, Name)
    )


def _modes(arguments: tuple[Expression, ...]) -> tuple[Argument, ...]:
    """The arguments of `open`: a mode that is a literal is held by the facts as the name that it would be as code."""
    return tuple(Argument(True, a.id, "str") if isinstance(a, Name) else Argument() for a in arguments)


def attribute_type(owner: str, name: str) -> str | None:
    """The type of an attribute that runs no code which could raise; '' for one whose type isn't known."""
    if owner in PATHS and name == "parent":
        return owner
    if owner in PATHS and name in PARTS:
        return PARTS[name]
    return attribute(owner, name)


__all__ = ["Instance", "Literal", "Types", "library_object", "type_name"]
