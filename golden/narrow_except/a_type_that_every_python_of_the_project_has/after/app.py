import asyncio


def offer(queue: asyncio.Queue, item: str) -> bool:
    try:
        queue.put_nowait(item)
    except (asyncio.QueueFull, asyncio.QueueShutDown):
        return False
    return True
