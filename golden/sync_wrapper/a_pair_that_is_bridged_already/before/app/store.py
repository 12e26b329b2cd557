from app.dispatch import async_dispatch, run_coro_as_sync


async def aload(name: str) -> str:
    return name


@async_dispatch(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))


class Runner:
    async def astop(self) -> None: ...

    @async_dispatch(astop)
    def stop(self) -> None:
        in_loop_thread(self.astop).result()
