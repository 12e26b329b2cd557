import asyncio

import httpx

from app.library import Block


class Client(httpx.AsyncClient):
    pass


class Other:
    async def save(self) -> None:
        print("another one")


async def main(session: httpx.AsyncClient, client: Client, queue: "asyncio.Queue[Block]") -> None:
    await session.fetch("x")
    await client.load("x")
    await Other().save()
    tasks: asyncio.TaskGroup = asyncio.TaskGroup()
    await tasks.load("x")
    block = await queue.get()
    print(block)
