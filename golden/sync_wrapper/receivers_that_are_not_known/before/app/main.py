from typing import Any

from app.library import Block


async def main(block, anything: Any, flag: bool) -> None:
    await block.save()
    await anything.save()
    if flag:
        mixed = Block()
    else:
        mixed = anything
    await mixed.save()
    for each in block:
        await each.save()
