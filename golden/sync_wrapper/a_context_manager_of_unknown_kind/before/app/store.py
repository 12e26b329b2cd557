from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    async with name as part:
        return part


@async_dispatch(aload)
def load(name):
    with name as part:
        return part
