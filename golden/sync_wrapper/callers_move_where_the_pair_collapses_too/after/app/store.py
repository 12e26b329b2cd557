from app.dispatch import async_dispatch, run_coro_as_sync
from app.library import afetch


class Store:
    async def aread(self, name: str) -> str:
        return name.strip()

    @async_dispatch(aread)
    def read(self, name: str) -> str:
        return run_coro_as_sync(self.aread(name))

    async def acopy(self, name: str) -> str:
        text = await self.aread(name)
        return text + name

    @async_dispatch(acopy)
    def copy(self, name: str) -> str:
        return run_coro_as_sync(self.acopy(name))

    async def fetched(self) -> None:
        print(await afetch(await self.acopy("x")))
