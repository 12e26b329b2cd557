from app.dispatch import async_dispatch, run_coro_as_sync

from app.threads import in_thread


async def aload(name: str) -> str:
    return await in_thread(str.upper, name)


@async_dispatch(aload)
def load(name: str) -> str:
    return run_coro_as_sync(aload(name))
