import asyncio
import time

from app.dispatch import async_dispatch
from app.settings import settings

LIMIT = 3


async def aload(name: str, limit: int = settings.limit) -> str:
    await asyncio.sleep(1)
    return name * limit


@async_dispatch(aload)
def load(name: str, limit: int = settings.limit) -> str:
    """Load it, and wait."""
    time.sleep(1)
    return name * limit
