"""What a value in a function is, from source alone: imports, constructors, annotations, `self` and `super()`.

Everything that isn't certain by the rules of a type checker ends as `Unknown` with a reason: names that are assigned
differently on different paths give all their values, and `isinstance` narrows nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from refactorkit.analysis.declared_types import classes_of, declared_type, typing_name
from refactorkit.analysis.definitions import Assigned, Bound, Function, Imported, Nested, Parameter, Scope
from refactorkit.analysis.expressions import (
    Attribute,
    Await,
    Call,
    Display,
    Either,
    Element,
    Entered,
    Expression,
    Items,
    Literal,
    Name,
    Refined,
    Subscript,
    dotted,
)
from refactorkit.analysis.functions import Functions
from refactorkit.analysis.members import class_member, instance_member
from refactorkit.analysis.signatures import is_marked
from refactorkit.analysis.subclasses import Subclasses
from refactorkit.analysis.symbols import Definition, External, Found, ModuleRef, Ref, Symbols
from refactorkit.analysis.values import (
    Awaitable,
    Callee,
    ClassObject,
    Instance,
    Manager,
    Many,
    Module,
    Nothing,
    Outside,
    Place,
    Super,
    Unknown,
    Value,
    Values,
    union,
    unknown,
)

Step = Callable[[Value], Values]
DEEPEST = 60
"""How many steps of inference are followed before a value counts as unknown; real chains have about ten."""


class Inference:
    """Values of expressions. `dispatchers` are the last names of decorators that hand calls in async code to the async
    half, so that what such a function returns is awaited there."""

    def __init__(self, symbols: Symbols, dispatchers: frozenset[str] = frozenset()) -> None:
        self.symbols = symbols
        self.subclasses = Subclasses(symbols)
        self.functions = Functions(self, dispatchers)
        self._known: dict[tuple[str, int, int, Ref | None, Expression], Values] = {}
        self._open: set[tuple[str, int, int, Ref | None, Expression]] = set()
        self.open_aliases: list[tuple[str, object]] = []
        """Names of types whose meaning is being looked up, by file and binding."""

    @staticmethod
    def module(path: str) -> Place:
        """The module level of a file."""
        return Place(path)

    @staticmethod
    def mapping(name: str, items: tuple[Expression, ...], inner: Callable[[int], Values]) -> Values:
        """A generic mapping or tuple by its name and its arguments, where its items are followed; here they aren't."""
        return ()

    def infer(self, fact: Expression, place: Place) -> Values:
        """What an expression may be at a place; a union has several members, none of them twice."""
        key = place.path, id(place.scopes), place.index, place.me, fact
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > DEEPEST:
            return unknown("it depends on itself")
        self._open.add(key)
        try:
            self._known[key] = self._infer(fact, place)
        finally:
            self._open.discard(key)
        return self._known[key]

    def _infer(self, fact: Expression, place: Place) -> Values:
        match fact:
            case Name(id=name):
                return self._name(name, place)
            case Attribute(value=value, name=name):
                return self._each(value, place, lambda v: self.attribute(v, name))
            case Call():
                return self._call(fact, place)
            case Await(value=value):
                return self._each(value, place, awaited)
            case Either(members=members):
                return union([self.infer(member, place) for member in members])
            case Entered(value=value, is_async=is_async):
                return self._each(value, place, lambda v: self._entered(v, is_async, place))
            case Element(value=value):
                return self._each(value, place, _element)
            case Subscript(value=value):
                return self._each(value, place, _subscripted)
            case Refined(value=value):
                found = self.infer(value, place)
                return tuple(v for v in found if not isinstance(v, Nothing)) or found
            case Literal(builtin="None"):
                return (Nothing(),)
            case Items():
                return (Outside("builtins.tuple", "object"),)
            case Literal(builtin=builtin) | Display(builtin=builtin):
                return (Outside(f"builtins.{builtin}", "object"),)
            case _:
                return unknown("the expression isn't followed")

    def _each(self, fact: Expression, place: Place, step: Step) -> Values:
        """A step for each value that isn't None (of which every use but a test raises)."""
        values = [v for v in self.infer(fact, place) if not isinstance(v, Nothing)]
        if not values:
            return unknown("it is None")
        return union([(v,) if isinstance(v, Unknown) else step(v) for v in values])

    def _name(self, name: str, place: Place) -> Values:
        scope = place.scope
        if scope is None:
            return self.value(self.symbols.lookup(place.path, name))
        if name not in scope.outer:
            parameter = next((p for p in scope.function.parameters if p.name == name), None)
            bounds = scope.names.get(name, ())
            if parameter is not None or bounds:
                return self._local(parameter, bounds, place)
        return self._name(name, place.around)

    def _local(self, parameter: Parameter | None, bounds: tuple[Bound, ...], place: Place) -> Values:
        declared = [b for b in bounds if isinstance(b, Assigned) and b.annotation is not None]
        if parameter is not None and parameter.annotation is not None and parameter.kind in ("*", "**"):
            return unknown("it collects arguments")
        if parameter is not None and (parameter.annotation is not None or not bounds):
            given = self._parameter(parameter, place)
            return union([given, *(self._bound(b, place) for b in bounds)]) if bounds else given
        if parameter is not None:
            return unknown("a parameter without annotation is assigned again")
        functions = tuple(b for b in bounds if isinstance(b, Function))
        if functions and len(functions) == len(bounds):
            callee = Callee(place.path, functions[-1].name, functions)
            return self.functions.decorated(callee, place)
        return union([self._bound(bound, place) for bound in declared or bounds])

    def _parameter(self, parameter: Parameter, place: Place) -> Values:
        scope = place.scope
        assert scope is not None
        if scope.owner and scope.function.parameters[0] is parameter:
            me = self._me(scope, place)
            if me is not None:
                return (me,)
        if parameter.annotation is None:
            return unknown(f"parameter {parameter.name} has no annotation")
        return declared_type(self, parameter.annotation, place.around, self._self_of(place))

    def _me(self, scope: Scope, place: Place) -> Instance | ClassObject | None:
        """What the first parameter of a method is; None in a static method or in a class that isn't known."""
        ref = Ref(place.path, scope.owner)
        if self.symbols.cls(ref) is None or is_marked(scope.function, "staticmethod"):
            return None
        name = scope.function.name.rpartition(".")[2]
        if is_marked(scope.function, "classmethod") or name in (
            "__new__",
            "__init_subclass__",
            "__class_getitem__",
        ):
            return ClassObject(ref)
        return Instance(ref)

    def _self_of(self, place: Place) -> Values:
        """What `Self` stands for in a function: an object of the class around."""
        while place.scope is not None:
            if place.scope.owner:
                return (Instance(Ref(place.path, place.scope.owner)),)
            place = place.around
        return ()

    def _bound(self, bound: Bound, place: Place) -> Values:
        match bound:
            case Assigned(annotation=None, value=None):
                return unknown("what it is assigned isn't followed")
            case Assigned(annotation=None, value=value):
                assert value is not None
                return self.infer(value, place)
            case Assigned(annotation=declared):
                return declared_type(self, declared, place, self._self_of(place))
            case Imported():
                return self.value(self.symbols.imported(place.path, bound))
            case Nested(name=name):
                ref = Ref(place.path, name)
                return (ClassObject(ref, True),) if self.symbols.cls(ref) else unknown("a local class")
            case _:
                return unknown("it is bound in several ways")

    def type_name(self, fact: Expression, place: Place) -> Found | None:
        """What a chain of names in an annotation means: in the functions and the class around, or at module level."""
        root = dotted(fact).partition(".")[0]
        prefix = ""
        while place.scope is not None:
            if root in place.scope.names:
                return _found(self.infer(fact, place))
            prefix = prefix or (f"{place.scope.owner}." if place.scope.owner else "")
            place = place.around
        return self.symbols.resolve(place.path, fact, prefix=prefix)

    def value(self, found: Found | None) -> Values:
        """The value of what a name at module level means."""
        match found:
            case Ref():
                return (ClassObject(found, True),)
            case ModuleRef(path=path):
                return (Module(path),)
            case External(qualified=qualified):
                return (Outside(qualified),)
            case Definition(path=path, bounds=bounds):
                functions = tuple(b for b in bounds if isinstance(b, Function))
                if functions:
                    return self.functions.decorated(
                        Callee(path, functions[-1].name, functions), self.module(path)
                    )
                return self._bound(bounds[0], self.module(path))
            case _:
                return unknown("its name can't be resolved")

    def attribute(self, owner: Value, name: str) -> Values:
        """What `owner.name` is."""
        match owner:
            case Module(path=path):
                return self.value(self.symbols.member(ModuleRef(path), name, path))
            case Outside():
                return owner.attribute(name)
            case Instance():
                return instance_member(self, owner, name)
            case ClassObject() | Super():
                return class_member(self, owner, name)
            case _:
                return unknown("its attributes aren't followed")

    def _call(self, call: Call, place: Place) -> Values:
        if isinstance(call.func, Name) and call.func.id == "super" and not call.arguments:
            return self._super(place)
        if call.arguments and typing_name(self, call.func, place) == "cast":
            return declared_type(self, call.arguments[0], place, self._self_of(place))
        if len(call.arguments) == 1 and typing_name(self, call.func, place) == "type":
            return classes_of(self.infer(call.arguments[0], place))
        return self._each(call.func, place, lambda v: self.functions.called(v, call, place))

    def _super(self, place: Place) -> Values:
        while place.scope is not None and not place.scope.owner:
            place = place.around
        if place.scope is None:
            return unknown("super() outside of a method")
        me = self._me(place.scope, place)
        return (
            (Super(Ref(place.path, place.scope.owner), me),) if me else unknown("super() in a static method")
        )

    def _entered(self, value: Value, is_async: bool, place: Place) -> Values:
        match value:
            case Manager(result=result, is_async=kind) if kind == is_async:
                return result
            case Outside(kind="object"):
                return (value,)  # libraries return the manager itself, or something of their own
            case Instance():
                entering = Call(Name("__aenter__" if is_async else "__enter__"))
                found = self.attribute(value, entering.func.id)  # type: ignore[union-attr]
                made = union([self.functions.called(v, entering, place) for v in found])
                return union([awaited(v) for v in made]) if is_async else made
            case _:
                return unknown("what entering it gives isn't known")


def awaited(value: Value) -> Values:
    """What awaiting a value gives."""
    match value:
        case Awaitable(result=result):
            return result
        case Unknown():
            return (value,)
        case _:
            return unknown("what awaiting it gives isn't known")


def _element(value: Value) -> Values:
    match value:
        case Many(result=result):
            return result
        case _:
            return unknown("its elements aren't known")


def _subscripted(value: Value) -> Values:
    """`Secret[str]` is the class again; the items of other things aren't followed."""
    is_class = isinstance(value, ClassObject) or (isinstance(value, Outside) and value.kind == "name")
    return (value,) if is_class else unknown("its items aren't known")


def _found(values: Values) -> Found | None:
    match values:
        case (ClassObject(cls=ref),):
            return ref
        case (Outside(qualified=qualified, kind="name"),):
            return External(qualified)
        case _:
            return None
