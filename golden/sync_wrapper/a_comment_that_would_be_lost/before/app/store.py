from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name):
    # the printer needs a second
    time.sleep(1)
    return name
