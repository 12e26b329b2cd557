from app.dispatch import async_dispatch

import asyncio
import time

import threading


async def aload(name):
    await asyncio.sleep(1)
    return name, threading.get_ident()


@async_dispatch(aload)
def load(name):
    time.sleep(1)
    return name, threading.get_ident()
