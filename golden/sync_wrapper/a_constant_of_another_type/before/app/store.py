from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    await asyncio.sleep(1)
    return 1


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    return True
