import asyncio
import time


async def aload(name):
    await asyncio.sleep(1)


def load(name):
    time.sleep(1)
