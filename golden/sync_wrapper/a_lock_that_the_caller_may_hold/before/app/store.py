from app.dispatch import async_dispatch

import asyncio
import time


class Store:
    async def aload(self, name):
        with self._lock:
            await asyncio.sleep(1)
            return name

    @async_dispatch(aload)
    def load(self, name):
        with self._lock:
            time.sleep(1)
            return name
