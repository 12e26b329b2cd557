from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name):
    import anyio

    async with await anyio.open_file(name) as f:
        f = f.wrapped
        return await f.read()


@async_dispatch(aload)
def load(name):
    with open(name) as f:
        f = f.wrapped
        return f.read()
