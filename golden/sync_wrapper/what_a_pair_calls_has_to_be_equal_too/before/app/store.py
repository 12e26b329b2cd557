from app.dispatch import async_dispatch

import asyncio
import time


async def _read(name):
    await asyncio.sleep(1)
    return name


def _read_sync(name):
    time.sleep(2)
    return name


async def aload(name):
    return await _read(name)


@async_dispatch(aload)
def load(name):
    return _read_sync(name)
