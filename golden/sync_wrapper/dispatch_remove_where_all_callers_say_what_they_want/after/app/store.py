from app.dispatch import run_coro_as_sync

import asyncio


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


def load(name: str) -> str:
    return run_coro_as_sync(aload(name))


def use(names: list) -> list:
    return [load(name) for name in names]


async def also(name: str) -> tuple:
    first = load(name=name)
    second = load(
        name,
    )
    return first, second
