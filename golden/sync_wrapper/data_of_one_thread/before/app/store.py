from app.dispatch import async_dispatch

import asyncio
import time

from threading import local

data = local()


async def aload(name):
    await asyncio.sleep(1)
    return data.name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    return data.name
