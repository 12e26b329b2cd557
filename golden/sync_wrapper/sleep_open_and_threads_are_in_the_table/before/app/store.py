from app.dispatch import async_dispatch
import asyncio
import time
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
    time.sleep(seconds)
    text = path.read_text("utf-8")
    with open(path, mode="rb") as file:
        data = file.read()
    return data or text.encode()
