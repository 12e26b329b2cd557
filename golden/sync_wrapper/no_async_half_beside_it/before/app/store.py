from app.dispatch import async_dispatch

import asyncio
import time


def aload(name): ...


@async_dispatch(aload)
def load(name):
    return name
