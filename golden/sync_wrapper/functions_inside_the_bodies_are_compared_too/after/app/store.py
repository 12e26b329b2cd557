from app.dispatch import async_dispatch, run_coro_as_sync

import asyncio


async def awalk(tree: dict) -> list:
    found = []

    async def visit(node: dict) -> None:
        await asyncio.sleep(0)
        found.append(node["name"])
        for child in node["children"]:
            await visit(child)

    await visit(tree)
    return found


@async_dispatch(awalk)
def walk(tree: dict) -> list:
    return run_coro_as_sync(awalk(tree))
