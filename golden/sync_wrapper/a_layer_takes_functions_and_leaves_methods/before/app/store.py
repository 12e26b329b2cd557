# Copyright of somebody
"""A store of items."""

from __future__ import annotations

import asyncio
import functools
import time
import typing
from typing import TYPE_CHECKING, Any, TypeVar, overload

from app.dispatch import async_dispatch

if TYPE_CHECKING:
    from app.kinds import Kind

T = TypeVar("T")
LIMIT = 3


async def aload(name: str, kind: Kind | None = None, limit: int = LIMIT) -> str:
    await asyncio.sleep(1)
    return name * limit


# Loads one item,
# and no other.
@async_dispatch(aload)  # for everybody
def load(name: str, kind: Kind | None = None, limit: int = LIMIT) -> str:  # noqa: D103
    """Load it, and wait."""
    time.sleep(1)
    return name * limit


async def asave(item: T, *names: str, flag: bool = False, **more: Any) -> T:
    await asyncio.sleep(1)
    return item


@overload
def save(item: int, *names: str, flag: bool = False, **more: Any) -> int: ...


@typing.overload
def save(item: str, *names: str, flag: bool = False, **more: Any) -> str: ...


@functools.lru_cache(maxsize=None)
@async_dispatch(asave)
def save(item: T, *names: str, flag: bool = False, **more: Any) -> T:
    time.sleep(1)
    return item


class Shelf:
    async def aput(self, item: T) -> T:
        await asyncio.sleep(1)
        return item

    @async_dispatch(aput)
    def put(self, item: T) -> T:
        time.sleep(1)
        return item


__all__ = ["Shelf", "aload", "asave", "load", "save"]
