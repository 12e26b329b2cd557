from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name, other):
    await asyncio.sleep(1)
    return max(name, other)


@async_dispatch(aload)
def load(name, other):
    time.sleep(1)
    return max(other, name)
