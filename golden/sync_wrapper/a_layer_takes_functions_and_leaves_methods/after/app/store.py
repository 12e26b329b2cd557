# Copyright of somebody
"""A store of items."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from app.dispatch import async_dispatch, run_coro_as_sync

if TYPE_CHECKING:
    from app.kinds import Kind

T = TypeVar("T")
LIMIT = 3


async def aload(name: str, kind: Kind | None = None, limit: int = LIMIT) -> str:
    await asyncio.sleep(1)
    return name * limit


async def asave(item: T, *names: str, flag: bool = False, **more: Any) -> T:
    await asyncio.sleep(1)
    return item


class Shelf:
    async def aput(self, item: T) -> T:
        await asyncio.sleep(1)
        return item

    @async_dispatch(aput)
    def put(self, item: T) -> T:
        return run_coro_as_sync(self.aput(item))


__all__ = ["Shelf", "aload", "asave", "load", "save"]


if TYPE_CHECKING:
    from app._store_sync import load as load
    from app._store_sync import save as save
else:
    _SYNC = {"load", "save"}

    def __getattr__(name):
        if name not in _SYNC:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # here and not above, because that module imports this one first
        from app import _store_sync

        return getattr(_store_sync, name)

    def __dir__():
        return sorted({*globals(), *_SYNC})
