import asyncio
import time


def load(name: str) -> str:
    time.sleep(1)
    return name


async def load_async(name: str) -> str:
    await asyncio.sleep(1)
    return name


def save(name: str) -> None:
    time.sleep(1)


async def asave(name: str) -> None:
    await asyncio.sleep(1)
