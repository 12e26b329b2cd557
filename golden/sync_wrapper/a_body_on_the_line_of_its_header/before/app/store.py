from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name): return await asyncio.sleep(1)


@async_dispatch(aload)
def load(name): return time.sleep(1)
