from app.dispatch import async_dispatch

import asyncio


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    from app.loops import block_on

    return block_on(aload(name))
