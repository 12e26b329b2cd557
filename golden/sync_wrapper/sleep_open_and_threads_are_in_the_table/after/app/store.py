from app.dispatch import async_dispatch, run_coro_as_sync
import asyncio
from pathlib import Path

import anyio


async def await_it(path: Path, seconds: float = 1) -> bytes:
    await asyncio.sleep(seconds)
    text = await asyncio.to_thread(path.read_text, "utf-8")
    async with await anyio.open_file(path, mode="rb") as f:
        content = await f.read()
    return content or text.encode()


@async_dispatch(await_it)
def wait_for(path: Path, seconds: float = 1) -> bytes:
    return run_coro_as_sync(await_it(path=path, seconds=seconds))
