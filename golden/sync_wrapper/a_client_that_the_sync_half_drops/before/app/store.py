from app.dispatch import async_dispatch
from contextlib import nullcontext

from app.net import get_client


async def acreate(name: str, client=None) -> str:
    context = nullcontext(client) if client else get_client()
    async with context as client:
        made = await client.create(name)
        return made.id


@async_dispatch(acreate)
def create(name: str, client=None) -> str:
    sync_client = get_client(sync_client=True)
    made = sync_client.create(name)
    return made.id


async def acreate_two(name: str, client=None) -> str:
    return await acreate(name, client=client)


@async_dispatch(acreate_two)
def create_two(name: str, client=None) -> str:
    return create(name, _sync=True)
