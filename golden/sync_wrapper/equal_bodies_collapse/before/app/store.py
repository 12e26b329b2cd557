from app.dispatch import async_dispatch

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
    text = read(name, _sync=True)
    return parse(text) if strict else {}


async def aread(name: str) -> str:
    return await ahelp(name)


@async_dispatch(aread)
def read(name: str) -> str:
    return help_it(name, _sync=True)


async def ahelp(name: str) -> str:
    import asyncio

    await asyncio.sleep(1)
    return name


@async_dispatch(ahelp)
def help_it(name: str) -> str:
    import time

    time.sleep(1)
    return name
