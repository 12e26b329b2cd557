from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    async for part in name:
        return part


@async_dispatch(aload)
def load(name):
    for part in name:
        return part
