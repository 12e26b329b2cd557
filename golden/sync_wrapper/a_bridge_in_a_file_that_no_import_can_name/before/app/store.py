from app.dispatch import async_dispatch

import asyncio
import time


class Base:
    async def aload(self, name):
        await asyncio.sleep(1)
        return name

    @async_dispatch(aload)
    def load(self, name):
        time.sleep(1)
        return name
