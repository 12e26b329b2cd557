from app.dispatch import both, run_coro_as_sync

import asyncio


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@both(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))
