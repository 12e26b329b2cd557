from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


def fixture(events):
    class Pipeline:
        async def aprocess(self, count: int = 0) -> int:
            await asyncio.sleep(count)
            return len(events)

        @async_dispatch(aprocess)
        def process(self, count: int = 0) -> int:
            return run_coro_as_sync(self.aprocess(count))

    async def arun() -> None:
        await asyncio.sleep(1)

    @async_dispatch(arun)
    def run() -> None:
        run_coro_as_sync(arun())

    return Pipeline(), run
