from app.dispatch import async_dispatch


async def aload(name: str) -> str:
    return await aread(name)


@async_dispatch(aload)
def load(name: str) -> str:
    return read(name, blocking=True)


async def aread(name: str) -> str:
    import asyncio

    await asyncio.sleep(1)
    return name


@async_dispatch(aread)
def read(name: str) -> str:
    import time

    time.sleep(1)
    return name
