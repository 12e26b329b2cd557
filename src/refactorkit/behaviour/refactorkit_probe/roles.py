"""The special fakes: what stands for a client, a bridge, or a function that runs another one in a thread."""

from __future__ import annotations

import types
from typing import Any

from . import kinds
from .entered import Entered
from .fakes import Fake, Inner, arguments_text, make, maybe_later, settled
from .names import names


class Client(Fake):
    """A client: the same however it was made, entered or not."""

    __slots__ = ()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:  # type: ignore[override]
        """Nothing happens, and errors pass."""

    def __bool__(self) -> bool:
        return True


def stand_in(text: str, kind: kinds.Kind, dotted: str) -> Any:
    """The fake for a dotted name: a special one where the mapping gives it a role."""
    role = names().role(dotted)
    if role == "clients" and kinds.makes_more(kind):
        role = "genuine"
    if role == "entered":
        return Entered
    if role == "clients":
        last = text.rpartition(".")[2]
        return make(
            text,
            kind,
            lambda *a, **k: Client(Inner(f"{last}({arguments_text(a, k)})", kinds.result(kind), None)),
        )
    if role == "threads":
        inner = Inner(text, kind, None)
        return make(text, kind, lambda f, *a, **k: maybe_later(inner, lambda: settled(f(*a, **k))))
    if role == "bridges":
        return make(text, kind, lambda coroutine, *_, **__: settled(coroutine))
    real = [what for how, what in kind if how == "value"]
    if role == "genuine" and real:
        return real[0]
    if len(real) == 1 and isinstance(real[0], types.ModuleType):
        return make("module " + text, kind)
    return make(text, kind)
