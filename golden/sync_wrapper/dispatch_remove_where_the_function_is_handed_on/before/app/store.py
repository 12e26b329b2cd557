from app.dispatch import async_dispatch

import asyncio
import time


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    time.sleep(1)
    return name


def use(names: list) -> list:
    return [load(name, _sync=True) for name in names]


async def also(name: str) -> tuple:
    first = load(_sync=True, name=name)
    second = load(
        name,
        _sync=True,
    )
    return first, second
