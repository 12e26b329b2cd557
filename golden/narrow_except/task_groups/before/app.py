import asyncio


async def job() -> int:
    return int("1")


async def run() -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(job())
    except Exception:
        print("failed")
