from app.dispatch import async_dispatch, run_coro_as_sync

import json


def parse(text):
    return json.loads(text)


async def aload(name: str, strict: bool = True) -> dict:
    """Load it."""
    text = await aread(name)
    return parse(text) if strict else {}


@async_dispatch(aload)
def load(name: str, strict: bool = True) -> dict:
    """Load it (sync)."""
    return run_coro_as_sync(aload(name=name, strict=strict))


async def aread(name: str) -> str:
    return await ahelp(name)


@async_dispatch(aread)
def read(name: str) -> str:
    return run_coro_as_sync(aread(name))


async def ahelp(name: str) -> str:
    import asyncio

    await asyncio.sleep(1)
    return name


@async_dispatch(ahelp)
def help_it(name: str) -> str:
    return run_coro_as_sync(ahelp(name))
