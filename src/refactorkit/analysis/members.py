"""What an attribute of an object or of a class of the project is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refactorkit.analysis.declared_types import declared_type
from refactorkit.analysis.definitions import Assigned, Bound, Function, Nested
from refactorkit.analysis.outline import Attribute
from refactorkit.analysis.signatures import is_marked
from refactorkit.analysis.symbols import PLAIN_BASES, Base, External, Member, Ref
from refactorkit.analysis.values import (
    Callee,
    ClassObject,
    Instance,
    Outside,
    Place,
    Super,
    Unknown,
    Values,
    union,
    unknown,
)

if TYPE_CHECKING:
    from refactorkit.analysis.inference import Inference

PROPERTIES = ("property", "cached_property")


def instance_member(types: Inference, owner: Instance, name: str) -> Values:
    """What an attribute of an object is: declared or assigned in its class, a method, or the value of a property."""
    order = types.symbols.order(owner.cls)
    for index, base in enumerate(order):
        if not isinstance(base, Ref):
            if base is not None and base.qualified in PLAIN_BASES:
                continue
            return _beyond(types, base, name, order[index + 1 :])
        facts = types.symbols.cls(base)
        bounds = facts.members.get(name, ()) if facts else ()
        assigned = facts.attributes.get(name, ()) if facts else ()
        if _declares(bounds):
            return _member(types, Member(base, name, bounds), owner)
        if assigned:
            values = _assigned(types, base, assigned, owner)
            if not any(a.assigned.annotation is not None for a in assigned):
                values = union([values, _in_subclasses(types, owner, name)])
            return union([_member(types, Member(base, name, bounds), owner), values]) if bounds else values
        if bounds:
            if _is_shadowed(types, owner.cls, name):
                return unknown(f"{name} is assigned on objects too")
            return _member(types, Member(base, name, bounds), owner)
    return unknown(_missing(owner.cls, name))


def class_member(types: Inference, owner: ClassObject | Super, name: str) -> Values:
    """What an attribute of a class is, or one that `super()` finds."""
    if isinstance(owner, Super):
        cls, after = owner.of.cls, owner.owner
    else:
        cls, after = owner.cls, None
    found = types.symbols.attribute(cls, name, after)
    if isinstance(found, Member):
        return _member(types, found, owner)
    if isinstance(found, External):
        order = types.symbols.order(cls)
        return _beyond(types, found, name, order[order.index(found) + 1 :])
    return unknown(_missing(cls, name))


def _in_subclasses(types: Inference, owner: Instance | ClassObject | Super, name: str) -> Values:
    """What known subclasses assign instead to an attribute that no annotation declares."""
    if isinstance(owner, Super) or owner.is_exact:
        return ()
    parts: list[Values] = []
    for ref in types.subclasses.of(owner.cls).certain:
        facts = types.symbols.cls(ref)
        if facts is None:
            continue
        if found := facts.attributes.get(name):
            parts.append(_assigned(types, ref, found, Instance(ref)))
        if bounds := facts.members.get(name):
            parts.append(_member(types, Member(ref, name, bounds), ClassObject(ref, True)))
    return union(parts)


def _declares(bounds: tuple[Bound, ...]) -> bool:
    return any(isinstance(bound, Assigned) and bound.annotation is not None for bound in bounds)


def _is_shadowed(types: Inference, cls: Ref, name: str) -> bool:
    for base in types.symbols.order(cls):
        facts = types.symbols.cls(base) if isinstance(base, Ref) else None
        if facts and name in facts.attributes:
            return True
    return False


def _beyond(types: Inference, base: External | None, name: str, later: tuple[Base, ...]) -> Values:
    """An attribute that no class of the project has before a base that isn't one of its own: that base's, unless one of
    the project's classes that come later has it too."""
    if base is None:
        return unknown(f"{name} may come from a base that isn't known")
    for other in later:
        facts = types.symbols.cls(other) if isinstance(other, Ref) else None
        if facts and (name in facts.members or name in facts.attributes):
            return unknown(f"{name} may come from {base.qualified} or {facts.name}")
    return (Outside(f"{base.qualified}.{name}", "member"),)


def _missing(cls: Ref, name: str) -> str:
    return f"{cls.name} has no {name}"


def _member(types: Inference, member: Member, owner: Instance | ClassObject | Super) -> Values:
    """The value of a member as it is read from an object or a class."""
    place = types.module(member.owner.path)
    me = of(owner)
    declared = [b for b in member.bounds if isinstance(b, Assigned) and b.annotation is not None]
    if declared:
        return declared_type(types, declared[0].annotation, place, (me,))
    functions = tuple(b for b in member.bounds if isinstance(b, Function))
    if functions and len(functions) == len(member.bounds):
        return _function(types, member, functions, owner)
    match member.bounds:
        case (Nested(name=name),):
            return (ClassObject(Ref(member.owner.path, name), True),)
        case (Assigned(value=value),) if value is not None:
            return union([types.infer(value, place), _in_subclasses(types, owner, member.name)])
        case _:
            return unknown(f"{member.name} is bound in several ways")


def _function(
    types: Inference,
    member: Member,
    functions: tuple[Function, ...],
    owner: Instance | ClassObject | Super,
) -> Values:
    place = types.module(member.owner.path)
    if is_marked(functions[0], *PROPERTIES):
        if isinstance(owner, ClassObject):
            return unknown(f"{member.name} is a property")
        return declared_type(types, functions[0].returns, place, (of(owner),))
    callee = Callee(member.owner.path, functions[-1].name, functions, owner)
    return types.functions.decorated(callee, place)


def of(owner: Instance | ClassObject | Super) -> Instance:
    """What `Self` stands for in a method: an object of the class that it is bound to, or of a subclass."""
    value = owner.of if isinstance(owner, Super) else owner
    return Instance(value.cls)


def _assigned(types: Inference, cls: Ref, found: tuple[Attribute, ...], owner: Instance) -> Values:
    """What methods assign to an attribute; a declaration among these decides alone."""
    facts = types.symbols.outline(cls.path)
    if facts is None:
        return (Unknown("its class isn't known"),)
    declared = [a for a in found if a.assigned.annotation is not None]
    parts: list[Values] = []
    for attribute in declared[:1] or found:
        place = Place(cls.path, facts.scopes, attribute.scope)
        if attribute.assigned.annotation is not None:
            parts.append(declared_type(types, attribute.assigned.annotation, place, (owner,)))
        elif attribute.assigned.value is None:
            parts.append(unknown("what it is assigned isn't followed"))
        else:
            parts.append(types.infer(attribute.assigned.value, place))
    return union(parts)
