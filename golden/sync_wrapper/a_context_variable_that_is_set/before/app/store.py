from app.dispatch import async_dispatch

import asyncio
import time

from contextvars import ContextVar

current = ContextVar("current")


def remember(name):
    current.set(name)


async def aload(name):
    await asyncio.sleep(1)
    remember(name)
    return name


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    remember(name)
    return name
