from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name, check):
    await asyncio.sleep(1)
    return check(name)


@async_dispatch(aload)
def load(name, check):
    time.sleep(1)
    return check(name)
