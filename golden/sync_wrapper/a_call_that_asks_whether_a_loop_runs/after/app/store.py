from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))


async def atwice(name: str) -> str:
    return await aload(name)


@async_dispatch(atwice)
def twice(name: str) -> str:
    return load(name)
