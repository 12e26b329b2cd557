from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    time.sleep(1)
    return name


async def atwice(name: str) -> str:
    return await aload(name)


@async_dispatch(atwice)
def twice(name: str) -> str:
    return load(name)
