from app.dispatch import async_dispatch

import asyncio
import time

from app.retries import retry


@retry(3)
async def aload(name):
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
@retry(3)
def load(name):
    time.sleep(1)
    return name
