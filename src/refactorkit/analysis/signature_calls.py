"""What a call has to become under a new signature: which of its arguments go, come or take another name."""

from __future__ import annotations

import ast

from msgspec import Struct

from refactorkit.analysis.signature_reasons import Reason
from refactorkit.analysis.signature_request import Added, Change

EFFECTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class Todo(Struct, frozen=True):
    """The edits of one call, by the indices of its arguments and keywords, or why there can be none.

    `insert` are (index among the arguments, code), `append` are keyword arguments (name, code), `rename` (index, name).
    """

    reason: Reason | None = None
    message: str = ""
    drop: tuple[int, ...] = ()
    drop_keywords: tuple[int, ...] = ()
    rename: tuple[tuple[int, str], ...] = ()
    insert: tuple[tuple[int, str], ...] = ()
    append: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the call stays as it is, because it means the same."""
        return not (
            self.reason or self.drop or self.drop_keywords or self.rename or self.insert or self.append
        )


class _Stopped(Exception):
    """The call can't be edited."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def todo(call: ast.Call, change: Change, bound: int) -> Todo:
    """The edits of a call whose first `bound` parameters are filled by what it is called on."""
    try:
        return _Reader(call, change, bound).todo()
    except _Stopped as stopped:
        return Todo(stopped.reason, str(stopped))


class _Reader:
    def __init__(self, call: ast.Call, change: Change, bound: int) -> None:
        self._call = call
        self._change = change
        self._bound = bound
        self._given = {keyword.arg: i for i, keyword in enumerate(call.keywords) if keyword.arg}
        self._has_mapping = any(keyword.arg is None for keyword in call.keywords)
        stars = [i for i, argument in enumerate(call.args) if isinstance(argument, ast.Starred)]
        self._star = stars[0] if stars else len(call.args)
        self._has_star = bool(stars)

    def todo(self) -> Todo:
        drop: list[int] = []
        gone: list[int] = []
        for name in self._change.removed:
            place = self._place(name)
            if place is not None and self._reaches(place):
                drop.append(self._without_effect(place, self._call.args[place]))
            elif name in self._given and self._takes_keyword(name):
                index = self._given[name]
                gone.append(self._without_effect(index, self._call.keywords[index].value))
            else:
                self._must_be_absent(name, place)
        renamed = [pair for old, new in self._change.renamed if (pair := self._renamed(old, new))]
        insert: list[tuple[int, str]] = []
        append: list[tuple[str, str]] = []
        for added in self._change.added:
            self._add(added, insert, append)
        return Todo(
            drop=tuple(drop), drop_keywords=tuple(gone), rename=tuple(renamed), insert=tuple(insert), append=tuple(append)
        )  # fmt: skip

    def _place(self, name: str) -> int | None:
        """Where in the call an argument for a parameter stands if it is given by its place; None: never."""
        if name not in self._change.order:
            return None
        place = self._change.order.index(name) - self._bound
        return place if place >= 0 else None

    def _takes_keyword(self, name: str) -> bool:
        """Whether a keyword of this name is the parameter's; else it is one of those that `**kwargs` collects."""
        order = self._change.order
        return name not in order or order.index(name) >= self._change.position_only

    def _reaches(self, place: int) -> bool:
        """Whether the argument at a place is there, and surely for that parameter."""
        return place < self._star

    def _must_be_absent(self, name: str, place: int | None) -> None:
        """Stop unless nothing that is unpacked can hold the parameter."""
        if place is not None and self._has_star:
            raise _Stopped(Reason.UNPACKED_ARGUMENTS, f"what it unpacks with * may hold {name}")
        if self._has_mapping and self._takes_keyword(name):
            raise _Stopped(Reason.UNPACKED_ARGUMENTS, f"what it unpacks with ** may hold {name}")

    def _renamed(self, old: str, new: str) -> tuple[int, str] | None:
        if new in self._given:
            raise _Stopped(Reason.NAME_COLLISION, f"it passes {new} as one of the further keyword arguments")
        if self._has_mapping and self._change.has_keywords:
            raise _Stopped(Reason.UNPACKED_ARGUMENTS, f"what it unpacks with ** may hold {old} or {new}")
        if not self._takes_keyword(old):
            return None
        if old in self._given:
            return self._given[old], new
        place = self._place(old)
        if self._has_mapping and not (place is not None and self._reaches(place)):
            raise _Stopped(Reason.UNPACKED_ARGUMENTS, f"what it unpacks with ** may hold {old}")
        return None

    def _add(self, added: Added, insert: list[tuple[int, str]], append: list[tuple[str, str]]) -> None:
        if added.name in self._given:
            raise _Stopped(
                Reason.NAME_COLLISION, f"it passes {added.name} as one of the further keyword arguments"
            )
        if self._has_mapping and self._change.has_keywords:
            raise _Stopped(Reason.UNPACKED_ARGUMENTS, f"what it unpacks with ** may hold {added.name}")
        at = self._change.index(added)
        if at is None:
            return
        place = at - self._bound
        if place < 0:
            raise _Stopped(Reason.CALL_SHAPE, "the new parameter comes before what it is called on")
        if self._has_star and self._star <= place:
            raise _Stopped(
                Reason.UNPACKED_ARGUMENTS, f"what it unpacks with * may reach the place of {added.name}"
            )
        if len(self._call.args) > place:
            insert.append((place, added.default))
        elif added.name in self._change.required:
            append.append((added.name, added.default))

    def _without_effect(self, index: int, value: ast.expr) -> int:
        if any(isinstance(node, EFFECTS) for node in ast.walk(value)):
            raise _Stopped(Reason.ARGUMENT_HAS_EFFECT, f"it would no longer run {ast.unparse(value)}"[:120])
        return index


def may_be_affected(call: ast.Call, change: Change) -> bool:
    """Whether a call would break or change if it was one of the function, whatever it is called on."""
    return any(not todo(call, change, bound).is_empty for bound in sorted({0, change.first}))
