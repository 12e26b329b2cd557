from app.dispatch import async_dispatch

import asyncio
import time


async def aread(name):
    await asyncio.sleep(1)
    return name


@async_dispatch(aread)
def read(name):
    time.sleep(2)
    return name


async def aload(name):
    return (await aread(name)).upper()


@async_dispatch(aload)
def load(name):
    return read(name, _sync=True).upper()


async def _both(name):
    return [await aload(name), await aread(name)]


def _both_sync(name):
    return [load(name, _sync=True), read(name, _sync=True)]


async def aboth(name):
    return await _both(name)


@async_dispatch(aboth)
def both(name):
    return _both_sync(name)
