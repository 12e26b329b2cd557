from app.dispatch import async_dispatch, run_coro_as_sync
from typing import cast


async def fetch(name: str) -> str:
    return name


async def aload(name: str) -> str:
    if len(name) > 3:
        return await fetch(name)
    return cast(str, await fetch("x"))


@async_dispatch(aload)
def load(name: str) -> str:
    if len(name) > 3:
        return cast(str, run_coro_as_sync(fetch(name)))
    return run_coro_as_sync(fetch("x"))
