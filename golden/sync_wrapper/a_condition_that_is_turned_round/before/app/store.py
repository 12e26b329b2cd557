from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    await asyncio.sleep(1)
    if name:
        return 1
    return 2


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    if not name:
        return 1
    return 2
