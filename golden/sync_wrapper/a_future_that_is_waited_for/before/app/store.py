from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    return await asyncio.wrap_future(name)


@async_dispatch(aload)
def load(name):
    return name.result()
