from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    name = name.strip()
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    name = name.strip()
    return name
