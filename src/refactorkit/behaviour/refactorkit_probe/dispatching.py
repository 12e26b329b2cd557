"""Calls of dispatchers by a body: functions that give a result or a coroutine, depending on where they are called."""

from __future__ import annotations

import asyncio
from typing import Any

from . import kinds
from .names import names
from .world import world


def gives_coroutine(kind: kinds.Kind, spelled: str, kwargs: dict[str, Any]) -> bool:
    """Whether a call with these keywords is one of a dispatcher, or may be, that chooses its async half here."""
    return (kinds.dispatches(kind) or _may_dispatch(kind, spelled)) and _chooses_async(kwargs)


def _may_dispatch(kind: kinds.Kind, spelled: str) -> bool:
    """Whether a sync body calls, of an object that nobody knows, the twin of what the async body awaits by another name.

    It has to be taken for a dispatcher.
    """
    if kind or world().inside != "sync" or spelled in world().awaited:
        return False
    return names().attribute(spelled) in {names().attribute(name) for name in world().awaited}


def _chooses_async(kwargs: dict[str, Any]) -> bool:
    """What a dispatcher does: as its switch says, else by whether a loop runs in this thread."""
    if kwargs.get(names().switch) is not None:
        return not kwargs[names().switch]
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
