from app.dispatch import async_dispatch

import asyncio
import time


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
    names = []

    def visit_sync(node: dict) -> None:
        time.sleep(0)
        names.append(node["name"])
        for child in node["children"]:
            visit_sync(child)

    visit_sync(tree)
    return names
