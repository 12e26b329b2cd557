from app.dispatch import async_dispatch

from app.threads import in_thread


async def aload(name: str) -> str:
    return await in_thread(str.upper, name)


@async_dispatch(aload)
def load(name: str) -> str:
    return str.upper(name)
