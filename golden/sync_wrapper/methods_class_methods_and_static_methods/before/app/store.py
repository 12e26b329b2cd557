from app.dispatch import async_dispatch

import asyncio
import time


class Base:
    @classmethod
    async def aopen(cls, name: str, *parts: str, mode: str = "r", **options: int) -> "Base":
        await asyncio.sleep(1)
        return cls()

    @classmethod
    @async_dispatch(aopen)
    def open(cls, name: str, *parts: str, mode: str = "r", **options: int) -> "Base":
        time.sleep(1)
        return cls()

    @staticmethod
    async def acheck(one: int, /, two: int, *, three: int = 3) -> int:
        await asyncio.sleep(1)
        return one + two + three

    @staticmethod
    @async_dispatch(acheck)
    def check(one: int, /, two: int, *, three: int = 3) -> int:
        time.sleep(1)
        return one + two + three

    async def aclose(this, force=False):
        """Close."""
        await asyncio.sleep(1)

    @async_dispatch(aclose)
    def close(this, force=False):
        """Close."""
        time.sleep(1)

    class Inner:
        async def arun(self) -> None:
            await asyncio.sleep(1)

        @async_dispatch(arun)
        def run(self) -> None:
            time.sleep(1)
