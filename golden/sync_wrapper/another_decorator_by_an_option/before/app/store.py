from app.dispatch import both

import asyncio
import time


async def aload(name: str) -> str:
    await asyncio.sleep(1)
    return name


@both(aload)
def load(name: str) -> str:
    time.sleep(1)
    return name
