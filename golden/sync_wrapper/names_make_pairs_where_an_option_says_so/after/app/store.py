import asyncio


def load(name: str) -> str:
    from app.dispatch import run_coro_as_sync

    return run_coro_as_sync(load_async(name))


async def load_async(name: str) -> str:
    await asyncio.sleep(1)
    return name


def save(name: str) -> None:
    from app.dispatch import run_coro_as_sync

    run_coro_as_sync(asave(name))


async def asave(name: str) -> None:
    await asyncio.sleep(1)
