from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


async def await_it(ready, timeout: float) -> bool:
    try:
        await asyncio.wait_for(ready.wait(), timeout)
    except asyncio.TimeoutError:
        return False
    return True


@async_dispatch(await_it)
def wait_for(ready, timeout: float) -> bool:
    return run_coro_as_sync(await_it(ready=ready, timeout=timeout))


async def apause(name: str) -> str:
    result = await aload(name)
    await aload(name)
    return result


@async_dispatch(apause)
def pause(name: str) -> str:
    return run_coro_as_sync(apause(name))


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))
