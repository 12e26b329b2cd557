from app.dispatch import async_dispatch

import asyncio
import time


def run_coro_as_sync(x): ...


async def aload(name):
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    return name
