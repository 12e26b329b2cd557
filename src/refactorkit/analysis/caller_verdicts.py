"""Whether an awaited call of a sync name can take the async name: what it calls, under both names, decides.

The value behind the call is worked out under the sync name, and again under the async one: both must be the halves of one
pair, also in every known subclass that the receiver may be of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from refactorkit.analysis.awaited_calls import AwaitedCall
from refactorkit.analysis.caller_reasons import Reason
from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import Attribute, Name, written
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.pairs import Pair
from refactorkit.analysis.signatures import is_marked, last_name
from refactorkit.analysis.symbols import Member, Ref
from refactorkit.analysis.type_questions import Definitions
from refactorkit.analysis.values import (
    Callee,
    ClassObject,
    Instance,
    Module,
    Nothing,
    Outside,
    Place,
    Super,
    Unknown,
    Value,
    Values,
)
from refactorkit.model import Level

Halves = Mapping[tuple[str, str], Pair]
"""Pairs with a dispatching decorator, by path and qualified name of the sync half."""

ORDER = (
    Reason.INTERFACE_WITHOUT_ASYNC_NAME,
    Reason.OVERRIDDEN_HALF,
    Reason.DECORATED_HALF,
    Reason.ASYNC_NAME_TAKEN,
    Reason.ASYNC_NAME_NOT_REACHABLE,
    Reason.UNRESOLVED_RECEIVER,
    Reason.OTHER_FUNCTION,
)
"""Of several values that stop a call in different ways, the first reason of these is told."""
PLAIN_DECORATORS = ("classmethod", "staticmethod", "overload")


class Verdict(Struct, frozen=True):
    """What becomes of one call: the pair it means and its new name, or a reason. `is_open`: subclasses that nobody knows
    may be meant, too. `callees` names what the call means, for people. `level` is how sure that is."""

    message: str
    reason: Reason | None = None
    pair: Pair | None = None
    new: str = ""
    callees: tuple[str, ...] = ()
    is_open: bool = False
    level: Level = Level.PROVED


class Judge:
    """Verdicts on calls, for the pairs of a project. `flag` is the keyword that asks a dispatcher for one half."""

    def __init__(self, types: Inference, halves: Halves, dispatchers: frozenset[str], flag: str) -> None:
        self._types = types
        self._halves = halves
        self._dispatchers = dispatchers
        self._flag = flag
        self._subclasses = types.subclasses

    def verdict(self, call: AwaitedCall, place: Place) -> Verdict:
        """What becomes of a call at a place."""
        match call.callee:
            case Attribute(value=value):
                receivers = [v for v in self._types.infer(value, place) if not isinstance(v, Nothing)]
                parts = [self._through(receiver, call.name) for receiver in receivers]
            case _:
                parts = [self._named(value, call, place) for value in self._types.infer(call.callee, place)]
        return self._asked(_merged(parts, written(call.callee)), call)

    def _asked(self, merged: Verdict, call: AwaitedCall) -> Verdict:
        """The verdict, unless the call itself says which half it wants, or the name is another one here."""
        if merged.reason is None and merged.pair and merged.pair.sync.short != call.name:
            said = f"{merged.pair.sync.name} is known as {call.name} here"
            return Verdict(said, Reason.ASYNC_NAME_NOT_REACHABLE, merged.pair)
        if merged.reason is None and (self._flag in call.keywords or "**" in call.keywords):
            given = self._flag if self._flag in call.keywords else "**"
            return Verdict(f"it passes {given}, which may choose a half", Reason.ASKS_FOR_SYNC, merged.pair)
        return merged

    def pointed(self, call: AwaitedCall, found: Definitions) -> Verdict | None:
        """What becomes of a method call whose definitions a type checker found; None when that is no sync half.

        It passes over parts of a union that it doesn't know, so that its word is an observation and no proof.
        """
        at = {(pair.sync.path, pair.sync.line): pair for pair in self._halves.values() if pair.sync.owner}
        pairs = [at.get((place.path, place.line)) for place in found or ()]
        parts = [
            self._through(Instance(Ref(pair.sync.path, pair.sync.owner)), call.name) for pair in pairs if pair
        ]
        if not parts or None in pairs:
            return None
        return msgspec.structs.replace(self._asked(_merged(parts, call.name), call), level=Level.OBSERVED)

    def _named(self, value: Value, call: AwaitedCall, place: Place) -> Verdict:
        """A call by a bare name: of a function, or of what else the name stands for."""
        pair = self._pair(value)
        if pair is None or not isinstance(value, Callee):
            return _stranger(value)
        stopped = self._decorated(value, pair)
        if stopped is not None:
            return stopped
        new = pair.twin.short
        bound = self._types.infer(Name(new), place)
        if self._is_twin(bound, pair):
            return _moved(value, pair)
        if not all(isinstance(v, Unknown) for v in bound):
            return Verdict(f"{new} means something else here", Reason.ASYNC_NAME_TAKEN, pair)
        return _moved(value, pair)  # to be imported, see `caller_imports`

    def _through(self, receiver: Value, name: str) -> Verdict:
        """A call of an attribute of a module, a class, an object or `super()`."""
        if not isinstance(receiver, Module | Instance | ClassObject | Super):
            return _stranger(_attribute_of(receiver, name))
        found = self._types.attribute(receiver, name)
        parts = [self._bound(receiver, value, name) for value in found]
        return _merged(parts, name)

    def _bound(self, receiver: Value, value: Value, name: str) -> Verdict:
        pair = self._pair(value)
        if pair is None or not isinstance(value, Callee):
            return self._interface(receiver, name) or _stranger(value)
        stopped = self._decorated(value, pair)
        if stopped is not None:
            return stopped
        twin = self._types.attribute(receiver, pair.twin.short)
        if not self._is_twin(twin, pair):
            is_module = isinstance(receiver, Module)
            reason = Reason.ASYNC_NAME_NOT_REACHABLE if is_module else Reason.OVERRIDDEN_HALF
            said = (
                f"{pair.twin.short} of the same {'module' if is_module else 'class'} isn't {pair.twin.name}"
            )
            return Verdict(said, reason, pair)
        for cls, is_known in self._below(receiver):
            if not self._agrees(cls, pair, is_known):
                said = f"{cls.name} in {cls.path} has {name} and {pair.twin.short} that are no halves of one pair"
                return Verdict(said, Reason.OVERRIDDEN_HALF, pair)
        return _moved(value, pair, is_open=not getattr(receiver, "is_exact", True))

    def _below(self, receiver: Value) -> list[tuple[Ref, bool]]:
        """The classes that the receiver may be of without being named, each with whether it surely inherits."""
        match receiver:
            case Instance(cls=cls, is_exact=False) | ClassObject(cls=cls, is_exact=False):
                known = self._subclasses.of(cls)
            case Super(owner=owner):
                known = self._subclasses.of(owner)
            case _:
                return []
        return [*((ref, True) for ref in known.certain), *((ref, False) for ref in known.doubtful)]

    def _agrees(self, cls: Ref, pair: Pair, is_known: bool) -> bool:
        """Whether both names of a class mean the halves of one pair; a class whose bases aren't known must only not
        define one of them by itself."""
        facts = self._types.symbols.cls(cls)
        names = {pair.sync.short, pair.twin.short}
        if facts is None or names & facts.attributes.keys():
            return False
        if not is_known:
            own = names & facts.members.keys()
            return not own or self._is_own_pair(cls, pair)
        sync = self._types.symbols.attribute(cls, pair.sync.short)
        twin = self._types.symbols.attribute(cls, pair.twin.short)
        if not isinstance(sync, Member) or not isinstance(twin, Member):
            return False
        other = self._halves.get((sync.owner.path, f"{sync.owner.name}.{pair.sync.short}"))
        return other is not None and (other.twin.path, other.twin.name) == (
            twin.owner.path,
            f"{twin.owner.name}.{pair.twin.short}",
        )

    def _is_own_pair(self, cls: Ref, pair: Pair) -> bool:
        own = self._halves.get((cls.path, f"{cls.name}.{pair.sync.short}"))
        return own is not None and own.twin.name == f"{cls.name}.{pair.twin.short}"

    def _interface(self, receiver: Value, name: str) -> Verdict | None:
        """The refusal of a call through a class that knows only one name, when a subclass has the name as a sync half."""
        if not isinstance(receiver, Instance | ClassObject) or receiver.is_exact:
            return None
        refs = (receiver.cls, *self._subclasses.of(receiver.cls).certain)
        named = [(ref, self._types.symbols.attribute(ref, name)) for ref in refs]
        members = [(ref, m) for ref, m in named if isinstance(m, Member)]
        pairs = [p for _, m in members if (p := self._halves.get(_key(m))) is not None]
        for ref, member in members:
            if _key(member) in self._halves or not any(_is_async(b) for b in member.bounds):
                continue
            lacking = [p for p in pairs if not self._has(ref, p.twin.short)]
            if lacking:
                cls = member.owner.name
                said = f"{cls} declares only {name}; {lacking[0].sync.name} has a {lacking[0].twin.short} beside it"
                return Verdict(
                    said, Reason.INTERFACE_WITHOUT_ASYNC_NAME, lacking[0], callees=(f"{cls}.{name}",)
                )
        return None

    def _has(self, ref: Ref, name: str) -> bool:
        return isinstance(self._types.symbols.attribute(ref, name), Member)

    def _pair(self, value: Value) -> Pair | None:
        return self._halves.get((value.path, value.name)) if isinstance(value, Callee) else None

    def _is_twin(self, values: Values, pair: Pair) -> bool:
        return bool(values) and all(
            isinstance(v, Callee) and (v.path, v.name) == (pair.twin.path, pair.twin.name) for v in values
        )

    def _decorated(self, callee: Callee, pair: Pair) -> Verdict | None:
        """The refusal of a sync half with a decorator above the dispatcher, which the async name would go around."""
        for function in callee.functions:
            for decorator in function.decorators:
                name = last_name(decorator)
                if name in self._dispatchers:
                    break
                if name not in PLAIN_DECORATORS:
                    said = f"{pair.sync.name} is decorated with {name or 'an expression'}, too"
                    return Verdict(said, Reason.DECORATED_HALF, pair)
        return None


def _key(member: Member) -> tuple[str, str]:
    return member.owner.path, f"{member.owner.name}.{member.name}"


def _is_async(bound: object) -> bool:
    return isinstance(bound, Function) and bound.is_async and not is_marked(bound, "overload")


def _moved(value: Callee, pair: Pair, is_open: bool = False) -> Verdict:
    said = f"it awaits {pair.sync.name}, which hands the call to {pair.twin.name}"
    return Verdict(said, None, pair, pair.twin.short, (value.name,), is_open)


def _attribute_of(value: Value, name: str) -> Value:
    """What a call goes to on a value that no class of the project describes."""
    if isinstance(value, Outside):
        return value.attribute(name)[0]
    return value if isinstance(value, Unknown) else Unknown("its attributes aren't followed")


def _stranger(value: Value) -> Verdict:
    """The refusal of something that is no sync half."""
    match value:
        case Unknown(why=why):
            return Verdict(f"what it calls isn't known: {why}", Reason.UNRESOLVED_RECEIVER)
        case Outside(qualified=qualified):
            return Verdict(f"it calls {qualified}", Reason.OTHER_FUNCTION, callees=(qualified,))
        case Callee(name=name):
            return Verdict(f"it calls {name}, which is no sync half", Reason.OTHER_FUNCTION, callees=(name,))
        case _:
            return Verdict("what it calls isn't known: its decorator hides it", Reason.UNRESOLVED_RECEIVER)


def _merged(parts: Sequence[Verdict], callee: str) -> Verdict:
    """One verdict for all values: they must move to the same name, else the strongest reason counts."""
    if not parts:
        return Verdict(f"{callee} is never anything but None", Reason.UNRESOLVED_RECEIVER)
    refused = sorted(
        (p for p in parts if p.reason is not None), key=lambda p: ORDER.index(p.reason or ORDER[-1])
    )
    if refused:
        return refused[0]
    if len({part.new for part in parts}) > 1:
        return Verdict(
            "it may call pairs whose async halves are named differently",
            Reason.OVERRIDDEN_HALF,
            parts[0].pair,
        )
    callees = tuple(dict.fromkeys(c for part in parts for c in part.callees))
    return Verdict(
        parts[0].message, None, parts[0].pair, parts[0].new, callees, any(p.is_open for p in parts)
    )
