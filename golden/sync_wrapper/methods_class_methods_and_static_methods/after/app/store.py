from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


class Base:
    @classmethod
    async def aopen(cls, name: str, *parts: str, mode: str = "r", **options: int) -> "Base":
        await asyncio.sleep(1)
        return cls()

    @classmethod
    @async_dispatch(aopen)
    def open(cls, name: str, *parts: str, mode: str = "r", **options: int) -> "Base":
        return run_coro_as_sync(cls.aopen(name, *parts, mode=mode, **options))

    @staticmethod
    async def acheck(one: int, /, two: int, *, three: int = 3) -> int:
        await asyncio.sleep(1)
        return one + two + three

    @staticmethod
    @async_dispatch(acheck)
    def check(one: int, /, two: int, *, three: int = 3) -> int:
        return run_coro_as_sync(Base.acheck(one, two=two, three=three))

    async def aclose(this, force=False):
        """Close."""
        await asyncio.sleep(1)

    @async_dispatch(aclose)
    def close(this, force=False):
        """Close."""
        run_coro_as_sync(this.aclose(force))

    class Inner:
        async def arun(self) -> None:
            await asyncio.sleep(1)

        @async_dispatch(arun)
        def run(self) -> None:
            run_coro_as_sync(self.arun())
