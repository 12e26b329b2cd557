from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio
from typing import overload

from app.tasks import task


async def aload(name, default=None):
    await asyncio.sleep(1)
    return name or default


@overload
def load(name: str) -> str: ...


@overload
def load(name: None, default: str) -> str: ...


@task(retries=3)
@async_dispatch(aload)
def load(name, default=None):
    return run_coro_as_sync(aload(name=name, default=default))
