from app.dispatch import async_dispatch

import asyncio
import time


def wipe(name):
    return save(name)


async def aload(name):
    await asyncio.sleep(1)
    return wipe(name)


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    return wipe(name)


async def asave(name):
    return name


@async_dispatch(asave)
def save(name):
    return name
