from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    return await name.read()


@async_dispatch(aload)
def load(name):
    return name.read()
