import asyncio
import time

from app.dispatch import async_dispatcher


async def aload(name):
    await asyncio.sleep(1)


@async_dispatcher(aload)
def load(name):
    time.sleep(1)
