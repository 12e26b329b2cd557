from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


class Base:
    async def aload(self, name):
        await asyncio.sleep(1)
        return name

    @async_dispatch(aload)
    def load(self, name):
        return run_coro_as_sync(self.aload(name))
