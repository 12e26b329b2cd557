from app.dispatch import async_dispatch

import asyncio
import time


async def aload(names):
    await asyncio.sleep(1)
    return next(names)


@async_dispatch(aload)
def load(names):
    time.sleep(1)
    return next(names)
