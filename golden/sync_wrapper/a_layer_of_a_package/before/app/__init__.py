import asyncio
import time

from app.dispatch import async_dispatch

LIMIT = 3


async def aload(name: str, limit: int = LIMIT) -> str:
    await asyncio.sleep(1)
    return name * limit


@async_dispatch(aload)
def load(name: str, limit: int = LIMIT) -> str:
    """Load it, and wait."""
    time.sleep(1)
    return name * limit
