from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    await asyncio.sleep(1)
    yield name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    yield name
