from app.dispatch import async_dispatch

import asyncio
import time


async def await_it(ready, timeout: float) -> bool:
    try:
        await asyncio.wait_for(ready.wait(), timeout)
    except asyncio.TimeoutError:
        return False
    return True


@async_dispatch(await_it)
def wait_for(ready, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if ready.is_set():
            return True
    return False


async def apause(name: str) -> str:
    result = await aload(name)
    await aload(name)
    return result


@async_dispatch(apause)
def pause(name: str) -> str:
    return load(name, _sync=True)


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    time.sleep(1)
    return name + "x"
