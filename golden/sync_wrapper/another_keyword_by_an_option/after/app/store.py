from app.dispatch import async_dispatch, run_coro_as_sync


async def aload(name: str) -> str:
    return await aread(name)


@async_dispatch(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))


async def aread(name: str) -> str:
    import asyncio

    await asyncio.sleep(1)
    return name


@async_dispatch(aread)
def read(name: str) -> str:
    return run_coro_as_sync(aread(name))
