from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    try:
        await asyncio.sleep(1)
    except OSError:
        return None
    return name


@async_dispatch(aload)
def load(name):
    try:
        time.sleep(1)
    except ValueError:
        return None
    return name
