from app.dispatch import async_dispatch

import asyncio
import time


async def aload(store):
    return await store.aread()


@async_dispatch(aload)
def load(store):
    return store.read()


class Other:
    async def aread(self): ...
