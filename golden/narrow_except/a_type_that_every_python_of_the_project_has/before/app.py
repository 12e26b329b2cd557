import asyncio


def offer(queue: asyncio.Queue, item: str) -> bool:
    try:
        queue.put_nowait(item)
    except Exception:
        return False
    return True
