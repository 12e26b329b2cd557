"""What both halves call the same thing: the mapping that erases the differences between sync and async spelling."""

from __future__ import annotations

from typing import Any


class Names:
    """The mapping of a project. `renames` and `twins` map one spelling to the other, the rest are sets of names. A bare name
    matches whatever ends in it.

    `clients` are factories whose result is the same client however it was made; `threads` run their first argument in
    a worker thread; `bridges` run a coroutine to its end; `entered` hand their argument to `with`; `genuine` are left
    as they are; `dropped` are keyword arguments that only say sync or async.
    """

    def __init__(self, mapping: dict[str, Any]) -> None:
        self.renames: dict[str, str] = mapping.get("renames", {})
        self.twins = _groups(mapping.get("twins", {}))
        self.clients = frozenset(mapping.get("clients", ()))
        self.threads = frozenset(mapping.get("threads", ()))
        self.bridges = frozenset(mapping.get("bridges", ()))
        self.entered = frozenset(mapping.get("entered", ()))
        self.genuine = frozenset(mapping.get("genuine", ()))
        self.switch: str = mapping.get("switch", "")
        self.dropped = frozenset(mapping.get("dropped", ()))

    def dotted(self, name: str) -> str:
        """The one spelling of a dotted name."""
        if name in self.renames:
            return self.renames[name]
        head, dot, last = name.rpartition(".")
        if last in self.renames:
            return self.renames[last]
        return head + dot + self.attribute(last)

    def attribute(self, name: str) -> str:
        """The one spelling of an attribute's name."""
        return self.twins.get(name, name)

    def role(self, name: str) -> str:
        """`clients`, `threads`, ... for a dotted name that is in such a set, by its full or its last name; or ''."""
        spellings = {name, self.dotted(name)}
        spellings |= {spelling.rpartition(".")[2] for spelling in spellings}
        for role in ("clients", "threads", "bridges", "entered", "genuine"):
            if spellings & getattr(self, role):
                return role
        return ""


def _groups(pairs: dict[str, str]) -> dict[str, str]:
    """One name for all that are connected: `get` may be the twin of `aget` in one class and of `get_async` in another."""
    shown: dict[str, str] = {}
    for one, other in pairs.items():
        left, right = shown.get(one, one), shown.get(other, other)
        first, second = sorted((left, right))
        shown = {name: first if group == second else group for name, group in shown.items()}
        shown |= {one: first, other: first}
    return shown


class _Current:
    names = Names({})


_current = _Current()


def names() -> Names:
    """The mapping in force."""
    return _current.names


def use(mapping: dict[str, Any]) -> None:
    """Put a mapping in force."""
    _current.names = Names(mapping)
