from app.dispatch import async_dispatch

import asyncio
import time

import warnings


async def aload(name):
    await asyncio.sleep(1)
    warnings.warn("old", stacklevel=2)
    return name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    warnings.warn("old", stacklevel=2)
    return name
