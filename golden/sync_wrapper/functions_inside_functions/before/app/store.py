from app.dispatch import async_dispatch

import asyncio
import time


def fixture(events):
    class Pipeline:
        async def aprocess(self, count: int = 0) -> int:
            await asyncio.sleep(count)
            return len(events)

        @async_dispatch(aprocess)
        def process(self, count: int = 0) -> int:
            time.sleep(count)
            return len(events)

    async def arun() -> None:
        await asyncio.sleep(1)

    @async_dispatch(arun)
    def run() -> None:
        time.sleep(1)

    return Pipeline(), run
