"""The values that something is done with: by our own inference and, where that ends, by what a type checker said of them.

A type checker's word is about one place, and holds there alone. It is asked for names and attributes; of an attribute
only where its class doesn't leave open what others assign to it, which is our own rule and stricter than a checker's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from refactorkit.analysis.expressions import Attribute, Call, Expression, Name
from refactorkit.analysis.raise_facts import Spot
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_sets import Raises
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.symbols import Ref
from refactorkit.analysis.type_questions import Members, Position, Typed, TypeQuestion
from refactorkit.analysis.values import (
    ClassObject,
    Instance,
    Nothing,
    Outside,
    Place,
    Unknown,
    Value,
    Values,
    union,
)
from refactorkit.raise_knowledge import canonical
from refactorkit.splice import text_of

BEFORE = re.compile(r"([^\W\d]\w*)[ \t]*\.[ \t]*$")
"""The name that an attribute is read of, at the end of what stands before the attribute's own."""


class Told(Struct, frozen=True):
    """What a type checker said: which one it is, and the types, as far as it has been asked."""

    by: str
    types: Mapping[TypeQuestion, Members]

    @property
    def word(self) -> str:
        """What a proof assumes that rests on it."""
        return f"the types that {self.by} works out"


class Seen(Struct, frozen=True):
    """Values, and what a set of exceptions that rests on them has to say about it: whose word they are, or who could be
    asked."""

    values: Values
    notes: tuple[Raises, ...] = ()


class Operands:
    """Values of expressions at their places."""

    def __init__(self, types: Types, files: RaiseFiles, told: Told | None) -> None:
        self._types = types
        self._files = files
        self._told = told

    def seen(self, fact: Expression, spot: Spot | None, place: Place, is_used: bool = True) -> Seen:
        """What an expression at a spot is. `is_used`: something is done with the value itself, so that it doesn't help to
        know where outside of the project it comes from."""
        own = self._types.infer(fact, place)
        if self._told is None or spot is None or not _is_open(own, is_used):
            return Seen(own)
        match fact:
            case Name(id=name):
                return Seen(own) if self._is_global(name, place) else self._asked(own, name, spot, place)
            case Attribute(value=value, name=name):
                return self._attribute(own, value, name, spot, place, is_used)
            case Call(func=Name(id=name)) | Call(func=Attribute(name=name)):
                return self._asked(own, name, spot, place, is_called=True)
            case _:
                return Seen(own)

    def _attribute(
        self, own: Values, fact: Expression, name: str, spot: Spot, place: Place, is_used: bool
    ) -> Seen:
        """An attribute: our own rules say what it is where the type of its owner is known, if only to the checker."""
        owner = self.seen(fact, self._before(fact, name, spot, place), place, False)
        parts = [
            (v,) if isinstance(v, Unknown) else self._types.attribute(v, name)
            for v in owner.values
            if not isinstance(v, Nothing)
        ]
        found = union(parts) or own
        if not _is_open(found, is_used):
            return Seen(found, owner.notes)
        return self._asked(found, name, spot, place, owner.notes)

    def _asked(
        self,
        own: Values,
        name: str,
        spot: Spot,
        place: Place,
        notes: tuple[Raises, ...] = (),
        is_called: bool = False,
    ) -> Seen:
        """What the checker says of a name, or the note that it could be asked."""
        told = self._told
        if told is None or any(isinstance(v, Unknown) and v.is_settled for v in own):
            return Seen(own, notes)
        question = TypeQuestion(Position(place.path, *spot), is_called)
        if question not in told.types:
            is_there = re.match(rf"{name}\b", self._rest(place.path, spot)) is not None
            return Seen(own, (*notes, Raises(asks=(question,))) if is_there else notes)
        values = [self._value(member) for member in told.types[question] or ()]
        known = tuple(value for value in values if value is not None)
        if not known or len(known) < len(values):
            return Seen(own, notes)
        return Seen(union([known]), (*notes, Raises(assumes=(told.word,))))

    def _is_global(self, name: str, place: Place) -> bool:
        """Whether a name is one of the module's that other code assigns to."""
        while place.scope is not None:
            scope = place.scope
            if name not in scope.outer and (
                name in scope.names or any(p.name == name for p in scope.function.parameters)
            ):
                return False
            place = place.around
        return self._files.is_set_elsewhere(name)

    def _value(self, member: Typed) -> Value | None:
        """A member of a type as a value; None for one that says too little."""
        if member.name == "None":
            return Nothing()
        if not member.path:
            return None if member.is_class else _library_object(member.name)
        ref = Ref(member.path, member.name)
        symbols = self._types.symbols
        if symbols.cls(ref) is None or symbols.is_protocol(ref):
            return None
        return ClassObject(ref) if member.is_class else Instance(ref)

    def _before(self, fact: Expression, name: str, spot: Spot, place: Place) -> Spot | None:
        """Where the name stands that an attribute is read of; None when that isn't on the same line."""
        last = fact.id if isinstance(fact, Name) else fact.name if isinstance(fact, Attribute) else ""
        line, column = spot
        text = self._line(place.path, line)
        if not text[column:].startswith(name.encode()):
            return None
        match = BEFORE.search(text[:column].decode("utf-8", "replace"))
        if match is None or match[1] != last:
            return None
        return line, len(match.string[: match.start(1)].encode())

    def _rest(self, path: str, spot: Spot) -> str:
        """What stands on a line from a spot on."""
        return self._line(path, spot[0])[spot[1] :].decode("utf-8", "replace")

    def _line(self, path: str, line: int) -> bytes:
        """A line as UTF-8."""
        text = text_of(self._types.symbols.sources[path].data)
        return text.code(line, line).encode() if line <= len(text.lines) else b""


def _library_object(name: str) -> Value:
    """An object of a class outside of the project, by the name that the knowledge base has for it."""
    known = canonical(name)
    return Outside(known if "." in known else f"builtins.{known}", "object")


def _is_open(values: Values, is_used: bool) -> bool:
    """Whether a type checker may know more."""
    closed = ("object",) if is_used else ("object", "name")
    return any(isinstance(v, Unknown) or (isinstance(v, Outside) and v.kind not in closed) for v in values)
