"""The sync functions of `store`, which call its async ones; import them from there."""

from __future__ import annotations

import functools
import typing
from typing import TYPE_CHECKING, Any, overload

from app.dispatch import async_dispatch, run_coro_as_sync
from app.store import LIMIT, T, aload, asave

if TYPE_CHECKING:
    from app.kinds import Kind

__name__ = aload.__module__  # what the functions say they come from: they are imported from there


# Loads one item,
# and no other.
@async_dispatch(aload)  # for everybody
def load(name: str, kind: Kind | None = None, limit: int = LIMIT) -> str:  # noqa: D103
    """Load it, and wait."""
    return run_coro_as_sync(aload(name=name, kind=kind, limit=limit))


@overload
def save(item: int, *names: str, flag: bool = False, **more: Any) -> int: ...


@typing.overload
def save(item: str, *names: str, flag: bool = False, **more: Any) -> str: ...


@functools.lru_cache(maxsize=None)
@async_dispatch(asave)
def save(item: T, *names: str, flag: bool = False, **more: Any) -> T:
    return run_coro_as_sync(asave(item, *names, flag=flag, **more))
