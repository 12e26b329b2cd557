import asyncio
from typing import TYPE_CHECKING


LIMIT = 3


async def aload(name: str, limit: int = LIMIT) -> str:
    await asyncio.sleep(1)
    return name * limit


if TYPE_CHECKING:
    from app._store_sync import load as load
else:
    _SYNC = {"load"}

    def __getattr__(name):
        if name not in _SYNC:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        # here and not above, because that module imports this one first
        from app import _store_sync

        return getattr(_store_sync, name)

    def __dir__():
        return sorted({*globals(), *_SYNC})
