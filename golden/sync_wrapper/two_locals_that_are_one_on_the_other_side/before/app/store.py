from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    one = await asyncio.sleep(1)
    two = name
    return one


@async_dispatch(aload)
def load(name):
    one = time.sleep(1)
    one = name
    return one
