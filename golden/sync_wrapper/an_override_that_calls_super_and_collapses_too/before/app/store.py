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


class Child(Base):
    async def aload(self, name):
        return (await super().aload(name)) * 2

    @async_dispatch(aload)
    def load(self, name):
        return super().load(name, _sync=True) * 2
