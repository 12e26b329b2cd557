from app.dispatch import async_dispatch

import asyncio
import time
from random import random

from app.names import clean


async def _read(name: str) -> str:
    await asyncio.sleep(1)
    return clean(name)


def _read_sync(name: str) -> str:
    time.sleep(1)
    return clean(name)


async def aload(name: str) -> str:
    return await _read(name)


@async_dispatch(aload)
def load(name: str) -> str:
    return _read_sync(name)


async def asave(name: str) -> str:
    return await _write(name)


@async_dispatch(asave)
def save(name: str) -> str:
    return _write_sync(name)


async def _write(name: str) -> str:
    await asyncio.sleep(random())
    return name


def _write_sync(name: str) -> str:
    time.sleep(random())
    return name
