from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


async def aread(name):
    await asyncio.sleep(1)
    return name


@async_dispatch(aread)
def read(name):
    return run_coro_as_sync(aread(name))


async def aload(name):
    return (await aread(name)).upper()


@async_dispatch(aload)
def load(name):
    return run_coro_as_sync(aload(name))


async def _both(name):
    return [await aload(name), await aread(name)]


async def aboth(name):
    return await _both(name)


@async_dispatch(aboth)
def both(name):
    return run_coro_as_sync(aboth(name))
