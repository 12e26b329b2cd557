"""The types of values, with what the knowledge of libraries adds: what their functions return, what containers hold."""

from __future__ import annotations

from collections.abc import Callable

from refactorkit.analysis.definitions import Assigned, Parameter
from refactorkit.analysis.expressions import Call, Element, Expression, Literal, Name, Opaque, Subscript
from refactorkit.analysis.functions import Functions
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.package_questions import Packages
from refactorkit.analysis.raise_facts import Actual
from refactorkit.analysis.symbols import Ref, Symbols
from refactorkit.analysis.values import (
    ClassObject,
    Instance,
    Many,
    Nothing,
    Outside,
    Place,
    Returning,
    Unknown,
    Value,
    Values,
    union,
    unknown,
)
from refactorkit.raise_knowledge import Argument, CallShape, attribute, known, returns

ELEMENTS = {
    "str": "str",
    "bytes": "int",
    "bytearray": "int",
    "range": "int",
    "io.TextIOWrapper": "str",
    "io.BufferedReader": "bytes",
}
"""What iterating over an object of a library type gives."""
PATHS = frozenset(f"pathlib.{name}" for name in ("Path", "PurePath", "PosixPath", "PurePosixPath"))
PARTS = {
    **dict.fromkeys(("name", "stem", "suffix", "anchor", "root", "drive"), "str"),
    "parts": "",
    "suffixes": "list[str]",
}
"""Properties of paths that only take a text apart."""
RESULTS = {
    "str.__add__": "str",
    "str.__mod__": "str",
    "str.__mul__": "str",
    "bytes.__add__": "bytes",
    "pathlib.Path.__truediv__": "pathlib.Path",
}
"""What operators give, whatever the other operand is."""
NUMBERS = frozenset({"int", "float", "bool"})
ARITHMETIC = frozenset(f"__{name}__" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod"))
KINDS = {
    "deque": "collections.deque",
    "defaultdict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
}
"""Containers that are no builtins, by what `Many` calls them."""
MAPPINGS = {
    "dict": "dict",
    "Dict": "dict",
    **{n: n for n in ("defaultdict", "OrderedDict", "Counter")},
    "DefaultDict": "defaultdict",
}
"""Generic mappings, by the name in an annotation."""
SEQUENCES = frozenset(["list", "deque"])
ANYTHING = CallShape(has_star=True, has_double_star=True)
SLICE = (Opaque("Slice"),)


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
    ) -> None:
        super().__init__(symbols)
        self.packages = packages or Packages()
        self._may_be_none = may_be_none
        self._is_set_elsewhere = is_set_elsewhere
        self._is_closed = is_closed
        self.python = python
        self.functions = _LibraryFunctions(self, frozenset())

    def _infer(self, fact: Expression, place: Place) -> Values:
        match fact:
            case Element(value=value):
                return self._each(value, place, self.element)
            case Subscript(value=value, items=items):
                return self._each(value, place, lambda v: self._item(v, items == SLICE))
            case _:
                return super()._infer(fact, place)

    def attribute(self, owner: Value, name: str) -> Values:
        """What an attribute is; of library objects and modules, where its type is known."""
        if isinstance(owner, Outside) and owner.kind != "member":
            kind = attribute_type(owner.qualified.removeprefix("builtins."), name)
            if kind:
                return library_object(kind)
        if isinstance(owner, Many) and owner.kind:
            return _method(owner, name)
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

    @staticmethod
    def mapping(name: str, inner: Callable[[int], Values]) -> Values:
        """A mapping with the types of its keys and values."""
        if name not in MAPPINGS:
            return ()
        return (Many(inner(0), MAPPINGS[name], library_object("int") if name == "Counter" else inner(1)),)

    @staticmethod
    def element(value: Value) -> Values:
        """What iterating over a value gives."""
        match value:
            case Many(result=result, kind=kind):
                return unknown("the elements of a tuple differ") if kind == "tuple" else result
            case Outside(kind="object") if (name := type_name(value)) in ELEMENTS:
                return library_object(ELEMENTS[name])
            case _:
                return unknown("its elements aren't known")

    def _item(self, value: Value, is_slice: bool) -> Values:
        name = type_name(value)
        if is_slice and name in ("list", "str", "bytes", "tuple"):
            return (value,)
        match value:
            case ClassObject() | Outside(kind="name"):
                return (value,)
            case Many(result=result, kind=kind) if kind in SEQUENCES and not is_slice:
                return result
            case Many(values=values, kind=kind) if kind in MAPPINGS and values:
                return values
            case Outside(kind="object") if name in ("str", "bytes") and not is_slice:
                return library_object("str" if name == "str" else "int")
            case _:
                return unknown("its items aren't known")

    def returned(self, callee: str, call: Call, place: Place) -> Values:
        """What a library function returns: an object of a type that is known."""
        shape = ANYTHING
        if callee in ("open", "io.open"):
            named = {name: mode for name, value in call.keywords for mode in _modes((value,))}
            shape = CallShape((Argument(), *_modes(call.arguments[1:])), named, call.is_open, call.is_open)
        if callee in RESULTS:
            return library_object(RESULTS[callee])
        kind, _, method = callee.partition(".")
        if kind in NUMBERS and method in ARITHMETIC and len(call.arguments) == 1:
            others = {type_name(v) for v in self.infer(call.arguments[0], place)}
            return library_object(_number(kind, method, others))
        found = known(callee, shape, self.python)
        result = (found.returns if found else None) or returns(callee)
        return library_object(result) if result else unknown(f"what {callee}() returns isn't known")

    def argument(self, given: Actual, place: Place, values: Values | None = None) -> Argument:
        """An argument as the knowledge base takes it; `values` is what it is, where more is known than inference tells."""
        if given.is_literal:
            return Argument(True, given.literal, type(given.literal).__name__)
        if given.value == SLICE[0]:
            return Argument(type="slice")
        values = self.infer(given.value, place) if values is None else values
        values = tuple(v for v in values if not isinstance(v, Nothing)) or values  # None would be a TypeError
        names = {type_name(value) for value in values}
        return Argument(type=names.pop() if len(names) == 1 else None)


class _LibraryFunctions(Functions):
    """Calls, of which those of libraries are looked up."""

    def called(self, value: Value, call: Call, place: Place) -> Values:
        if isinstance(value, Outside) and isinstance(self._types, Types):
            if value.kind != "object" and self._types.packages.owns(value.qualified):
                return self._types.packages.returned(value, call)
            callee = value.qualified.removeprefix("builtins.")
            found = self._types.returned(callee, call, place) if value.kind != "object" else value.called()
            return value.called() if all(isinstance(v, Unknown) for v in found) else found
        return super().called(value, call, place)


def _number(kind: str, method: str, others: set[str | None]) -> str | None:
    """The type of a sum, a product or a quotient of numbers."""
    if not others <= NUMBERS:
        return None
    if method == "__truediv__" or "float" in {kind, *others}:
        return "float"
    return "int"


def _modes(arguments: tuple[Expression, ...]) -> tuple[Argument, ...]:
    """The arguments of `open`: a mode that is a literal is held by the facts as the name that it would be as code."""
    return tuple(Argument(True, a.id, "str") if isinstance(a, Name) else Argument() for a in arguments)


def _method(owner: Many, name: str) -> Values:
    """A method of a container, by what calling it gives."""
    match owner.kind, name:
        case kind, "get" if kind in MAPPINGS:
            return (Returning((*owner.values, Nothing())),)
        case kind, "pop" | "popleft" | "setdefault":
            return (Returning(owner.values if kind in MAPPINGS else owner.result),)
        case kind, "values" if kind in MAPPINGS:
            return (Returning((Many(owner.values, "dict_values"),)),)
        case kind, "keys" if kind in MAPPINGS:
            return (Returning((Many(owner.result, "dict_keys"),)),)
        case kind, "items" if kind in MAPPINGS:
            return (Returning((Many(unknown("a pair"), "dict_items"),)),)
        case _, "copy":
            return (Returning((owner,)),)
        case _:
            return (Outside(f"builtins.{owner.kind}.{name}", "member"),)


def attribute_type(owner: str, name: str) -> str | None:
    """The type of an attribute that runs no code which could raise; '' for one whose type isn't known."""
    if owner in PATHS and name == "parent":
        return owner
    if owner in PATHS and name in PARTS:
        return PARTS[name]
    return attribute(owner, name)


def library_object(name: str | None) -> Values:
    """An object of a type as the knowledge base names it: `int`, `list[str]`, `pathlib.Path`."""
    if name is None:
        return unknown("its type isn't known")
    outer, _, inner = name.rstrip("]").partition("[")
    if outer in ("None", "NoneType"):
        return (Nothing(),)
    if outer == "list" and inner:
        return (Many(library_object(inner), "list"),)
    return (Outside(outer if "." in outer else f"builtins.{outer}", "object"),)


def type_name(value: Value) -> str | None:
    """The type of a value as the knowledge base names it; None for one that it doesn't know."""
    match value:
        case Outside(kind="object", qualified=qualified):
            return qualified.removeprefix("builtins.")
        case Many(result=(inner,), kind=kind) if kind in ("list", "set", "frozenset") and (
            name := type_name(inner)
        ):
            return f"{kind}[{name}]"
        case Many(result=(key,), values=(inner,), kind=kind) if (one := type_name(key)) and (
            other := type_name(inner)
        ):
            return f"{KINDS.get(kind, kind)}[{one}, {other}]"
        case Many(kind=kind) if kind:
            return KINDS.get(kind, kind)
        case Nothing():
            return "NoneType"
        case _:
            return None


__all__ = ["Instance", "Literal", "Types", "library_object", "type_name"]
