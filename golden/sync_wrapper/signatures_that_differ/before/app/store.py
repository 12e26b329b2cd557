from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name, strict=True):
    await asyncio.sleep(1)
    return name, strict


@async_dispatch(aload)
def load(name, strict=False):
    time.sleep(1)
    return name, strict
