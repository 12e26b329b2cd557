from app.dispatch import async_dispatch

import asyncio


class Item:
    text = ""

    async def aformat(self, width: int) -> str:
        return self.format(width, _sync=True)

    @async_dispatch(aformat)
    def format(self, width: int) -> str:
        return self.text.ljust(width)


async def aload(name):
    return await asyncio.to_thread(load, name, _sync=True)


@async_dispatch(aload)
def load(name):
    return name
