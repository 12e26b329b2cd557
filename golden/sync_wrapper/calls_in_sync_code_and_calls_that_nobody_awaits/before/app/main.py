import asyncio

from app.library import Block, fetch


def now() -> None:
    Block.load("x")
    fetch("x")


async def main() -> None:
    """Does `await Block.load("x")`."""
    task = asyncio.create_task(Block.load("x"))
    print("await fetch(x)", task, lambda: fetch("x"))
    await asyncio.gather(fetch("x"), Block.load("y"))
    await Block.aload("x")
